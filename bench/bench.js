// Compares the backend with other proxies under load. Usage:
// node bench/bench.js [--runs 5] [--seconds 5] [--quick] [--without-full]
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { cpus, tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { startContender, startUis } from "./contender.js";
import { percentile, spreads } from "./figures.js";
import { closedLoop, closeVisitors, openLoop, openVisitors } from "./load.js";
import { pictureOf } from "./picture.js";
import { seedDatabase } from "./seed.js";
import { short, tableOf } from "./table.js";

const { values } = parseArgs({
  options: {
    runs: { type: "string" },
    seconds: { type: "string" },
    /** Makes one short run, to check that the benchmark itself works. The figures of such a run mean little. */
    quick: { type: "boolean", default: false },
    /**
     * Leaves out the measurements of our backend with 1,000,000 stored calls, because filling that database takes long.
     */
    "without-full": { type: "boolean", default: false },
  },
});
const options = {
  runs: Number(values.runs ?? (values.quick ? 1 : 5)),
  seconds: Number(values.seconds ?? (values.quick ? 2 : 5)),
  clients: 32,
  rate: 50,
  delay: 50,
};
/** Seconds of load before each measurement, so that Node.js has compiled the code that is measured. */
const WARM_UP = values.quick ? 1 : 3;

const FULL = "ours, 1,000,000 calls";

async function main() {
  const folder = mkdtempSync(join(tmpdir(), "uis-call-bench-"));
  try {
    const full = values["without-full"] ? undefined : await fullDatabase(join(folder, "full.db"));
    const contenders = [
      { name: "ours", start: (uisUrl) => startContender("ours", uisUrl) },
      ...(full
        ? [{ name: FULL, start: (uisUrl) => startContender("ours", uisUrl, { database: full }) }]
        : []),
      { name: "careful", start: (uisUrl) => startContender("careful", uisUrl) },
      { name: "careless", start: (uisUrl) => startContender("careless", uisUrl) },
      { name: "relay", start: (uisUrl) => startContender("relay", uisUrl) },
    ];
    const throughput = await compare(contenders, 0, measureThroughput);
    const latency = await compare(contenders, options.delay, measureLatency);
    publish({ machine: machine(), options, throughput, latency, promises: promises(throughput, latency) });
  } finally {
    rmSync(folder, { recursive: true });
  }
}

async function fullDatabase(file) {
  console.error("filling a database …");
  // Starts the backend once, so that it creates the tables.
  const backend = await startContender("ours", "http://127.0.0.1:1/v1", { database: file });
  await backend.stop();
  seedDatabase(file);
  return file;
}

/**
 * Measures each contender: our backend or a proxy that it is compared with. Each run measures all contenders one after
 * another, so that other load on the machine affects all of them alike.
 */
async function compare(contenders, delay, measure) {
  const runs = Object.fromEntries(contenders.map(({ name }) => [name, []]));
  for (let run = 1; run <= options.runs; run++) {
    const order = run % 2 === 1 ? contenders : contenders.toReversed();
    for (const contender of order) {
      const figures = await oneRun(contender, delay, measure);
      runs[contender.name].push(figures);
      const shown = Object.entries(figures).map(([figure, value]) => `${figure} ${short(value)}`);
      console.error(`${measure.name} ${run}/${options.runs} ${contender.name}: ${shown.join(", ")}`);
    }
  }
  return Object.fromEntries(Object.entries(runs).map(([name, of]) => [name, spreads(of)]));
}

async function oneRun(contender, delay, measure) {
  const uis = await startUis(delay);
  const server = await contender.start(uis.url);
  try {
    const visitors = await openVisitors(server.port);
    await closedLoop(visitors, WARM_UP);
    await uis.report();
    const { calls, seconds } = await measure.load(visitors);
    const report = await uis.report();
    await closeVisitors(visitors);
    requireEachOnce(contender.name, calls, report);
    return measure.figures(calls, seconds, new Map(report.serviceTimes));
  } finally {
    await server.stop();
    await uis.stop();
  }
}

/** Fails a run in which a call was lost or placed twice, because the figures of such a run mean nothing. */
function requireEachOnce(name, calls, { placed, doubled }) {
  if (placed === calls.length && doubled === 0) return;
  throw new Error(`${name}: ${calls.length} calls answered, UIS placed ${placed}, ${doubled} of them again`);
}

const measureThroughput = {
  name: "throughput",
  load: (visitors) => closedLoop(visitors, options.seconds),
  figures(calls, seconds) {
    const times = calls.map(({ time }) => time);
    return {
      callsPerSecond: calls.length / seconds,
      p50: percentile(times, 0.5),
      p99: percentile(times, 0.99),
    };
  },
};

const measureLatency = {
  name: "latency",
  // Measures for twice as long as the throughput, because a p99 needs many calls and this rate makes few.
  load: (visitors) => openLoop(visitors, options.rate, 2 * options.seconds),
  figures(calls, _seconds, serviceTimes) {
    const added = calls.map(({ number, time }) => time - serviceTimes.get(number));
    return { p50: percentile(added, 0.5), p99: percentile(added, 0.99) };
  },
};

/** Returns the figures that the documentation promises, each with a flag that says whether this run reached it. */
function promises(throughput, latency) {
  const { ours, careful, [FULL]: full } = throughput;
  const atLeast = (text, ratio, least) => ({
    text,
    figure: `${ratio.toFixed(2)} times`,
    kept: ratio >= least,
  });
  const rate = (of) => of.callsPerSecond.median;
  const tail = (name) => {
    const [added, theirs] = [latency[name], latency.careful].map(({ p99 }) => p99.median);
    return {
      text: `at most 1.5 times the careful proxy's p99 added at ${options.rate} calls/s (${name})`,
      figure: `${short(added)} ms to ${short(theirs)} ms, ${(added / theirs).toFixed(2)} times`,
      kept: added <= 1.5 * theirs,
    };
  };
  const list = [
    atLeast("at least as many calls/s as the careful proxy", rate(ours) / rate(careful), 1),
    {
      text: "at no worse p99",
      figure: `${short(ours.p99.median)} ms to ${short(careful.p99.median)} ms`,
      kept: ours.p99.median <= careful.p99.median,
    },
    tail("ours"),
  ];
  if (full === undefined) return list;
  return [
    ...list,
    atLeast("at least 0.9 of the calls/s with 1,000,000 old calls", rate(full) / rate(ours), 0.9),
    tail(FULL),
  ];
}

function machine() {
  const processors = cpus();
  return {
    date: new Date().toISOString().slice(0, 10),
    node: process.versions.node,
    cpu: processors[0]?.model.replaceAll(/\s+/g, " ").trim() ?? "unknown",
    cores: processors.length,
  };
}

function publish(results) {
  console.log(tableOf(results));
  const folder = new URL("results/", import.meta.url);
  mkdirSync(folder, { recursive: true });
  writeFileSync(new URL("latest.json", folder), `${JSON.stringify(results, undefined, 2)}\n`);
  // Does not replace the picture in the repository after a quick run, because the figures of a quick run mean little.
  if (!values.quick) writeFileSync(new URL("results.svg", import.meta.url), pictureOf(results));
}

await main();
