/** Formats the results as Markdown: one table for each measurement, and a list of the promised figures. */
export function tableOf({ machine, options, throughput, latency, promises }) {
  const title = `${machine.date}, Node.js ${machine.node}, ${machine.cores} × ${machine.cpu}; median of ${options.runs} (least–greatest)`;
  return [
    title,
    "",
    `Closed loop, ${options.clients} clients, UIS answers at once; time from request to final answer:`,
    "",
    rows(["", "calls/s", "p50 ms", "p99 ms"], throughput, ["callsPerSecond", "p50", "p99"]),
    "",
    `Open loop, ${options.rate} calls/s, UIS answers in ${options.delay} ms; time added to UIS's own:`,
    "",
    rows(["", "p50 ms", "p99 ms"], latency, ["p50", "p99"]),
    "",
    ...promises.map(({ text, figure, kept }) => `- ${kept ? "kept" : "NOT KEPT"}: ${text}: ${figure}`),
  ].join("\n");
}

function rows(heads, contenders, figures) {
  const cells = Object.entries(contenders).map(([name, of]) => [name, ...figures.map((f) => cell(of[f]))]);
  const line = (texts) => `| ${texts.join(" | ")} |`;
  const rule = heads.map((head) => (head === "" ? "---" : "--:"));
  return [line(heads), line(rule), ...cells.map(line)].join("\n");
}

const cell = ({ median, min, max }) => `${short(median)} (${short(min)}–${short(max)})`;

/** Rounds to three significant digits, because the measurement is not more precise. */
export const short = (value) => (value >= 100 ? value.toFixed(0) : value.toFixed(value >= 10 ? 1 : 2));
