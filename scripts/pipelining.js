// `npm run pipelining`: sends random requests to two backends, several requests over one TCP connection. The code is in
// packages/testing/src/pipelining.
import { randomInt } from "node:crypto";
import { parseArgs } from "node:util";
import { build, giveUp, install } from "./setup.js";

const USAGE = `usage: npm run pipelining -- [--minutes 10] [--seed N]

Ends with exit code 1 when the process did not live, others were not served, or a counter did not return to zero.
Ctrl-C ends it early.`;

const { values } = parseArgs({
  options: {
    minutes: { type: "string", default: "10" },
    seed: { type: "string", default: String(randomInt(2 ** 31)) },
    help: { type: "boolean", short: "h" },
  },
});
const [minutes, seed] = [Number(values.minutes), Number(values.seed)];
if (values.help || !(minutes > 0) || !Number.isInteger(seed)) giveUp(USAGE);

install();
build();
const { walk } = await import("../packages/testing/dist/pipelining/walk.js");

let stopped = false;
process.once("SIGINT", () => (stopped = true));
console.log(`${minutes} minutes, --seed ${seed}`);
let [told, shown] = [0, 0];
const { connections, requests, answers, closed, others, overloaded, findings, seconds } = await walk({
  seconds: minutes * 60,
  seed,
  until: () => stopped,
  progress({ connections, findings, seconds }) {
    while (shown < findings.length) console.log(findings[shown++]);
    if (seconds - told < 30) return;
    told = seconds;
    console.log(`${new Date().toISOString()} ${connections} connections, ${findings.length} findings`);
  },
});
for (const [status, times] of [...answers].sort(([a], [b]) => a - b)) console.log(`${status}: ${times}`);
for (const finding of findings.slice(shown)) console.log(finding);
console.log(
  [
    `${connections} connections with ${requests} requests in ${Math.round(seconds)} s, ${closed} closed by the server`,
    `other visitors: ${others} requests, ${overloaded} turned away as overloaded`,
    `findings: ${findings.length}`,
  ].join("\n"),
);
process.exitCode = findings.length === 0 ? 0 : 1;
