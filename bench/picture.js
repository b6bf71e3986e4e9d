import { short } from "./table.js";

const WIDTH = 760;
const LABELS = 190;
const BAR = 18;
const ROW = 28;

/**
 * Draws the results as an SVG picture. The bars show medians. A line on each bar runs from the lowest to the highest
 * run.
 */
export function pictureOf({ machine, options, throughput, latency }) {
  const panels = [
    ["Calls per second, more is better", throughput, "callsPerSecond", "/s"],
    ["Time to the final answer at that rate, p99, less is better", throughput, "p99", " ms"],
    [`Time added to UIS's own at ${options.rate} calls/s, p50, less is better`, latency, "p50", " ms"],
    [`Time added to UIS's own at ${options.rate} calls/s, p99, less is better`, latency, "p99", " ms"],
  ];
  let top = 34;
  const body = panels.map(([title, contenders, figure, unit]) => {
    const drawn = panel(top, title, contenders, figure, unit);
    top += 40 + Object.keys(contenders).length * ROW;
    return drawn;
  });
  const source = `${machine.date} · Node.js ${machine.node} · ${machine.cores} × ${machine.cpu} · median of ${COUNTS[options.runs] ?? options.runs}, line: least to greatest`;
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${top + 12}" font-family="system-ui, sans-serif" font-size="13">
<style>
  text { fill: #1f2328 } .quiet { fill: #59636e } .bar { fill: #9aa4af } .ours { fill: #1a7f5a } .range { stroke: #1f2328 }
  @media (prefers-color-scheme: dark) {
    text { fill: #e6edf3 } .quiet { fill: #9198a1 } .bar { fill: #59636e } .ours { fill: #3fb68b } .range { stroke: #e6edf3 }
  }
</style>
<text x="0" y="16" class="quiet" font-size="11">${escape(source)}</text>
${body.join("\n")}
</svg>
`;
}

const COUNTS = { 3: "three", 5: "five", 7: "seven", 9: "nine" };

function panel(top, title, contenders, figure, unit) {
  const spreads = Object.entries(contenders).map(([name, of]) => [name, of[figure]]);
  const greatest = Math.max(...spreads.map(([, { max }]) => max), 0.001);
  const scale = (value) => (Math.max(0, value) / greatest) * (WIDTH - LABELS - 90);
  const bars = spreads.map(([name, { median, min, max }], index) => {
    const y = top + 26 + index * ROW;
    const x = (value) => (LABELS + scale(value)).toFixed(1);
    const middle = y + BAR / 2;
    return `<text x="0" y="${y + 14}">${escape(name)}</text>
<rect x="${LABELS}" y="${y}" width="${scale(median).toFixed(1)}" height="${BAR}" rx="2" class="${name.startsWith("ours") ? "ours" : "bar"}"/>
<line x1="${x(min)}" x2="${x(max)}" y1="${middle}" y2="${middle}" class="range"/>
<text x="${(LABELS + scale(max) + 8).toFixed(1)}" y="${y + 14}">${short(median)}${unit}</text>`;
  });
  return `<text x="0" y="${top + 14}" font-weight="600">${escape(title)}</text>\n${bars.join("\n")}`;
}

const escape = (text) => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
