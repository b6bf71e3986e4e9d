// `npm run fuzz`: sends randomly generated requests to every route of a backend. The code is in
// packages/testing/src/fuzz.
import { randomInt } from "node:crypto";
import { parseArgs } from "node:util";
import { build, giveUp, install } from "./setup.js";

const USAGE = `usage: npm run fuzz -- [--bodies 1000000] [--seed N]

Ends with exit code 1 when something was answered that should not be, or dialled. Ctrl-C ends it early.`;

const { values } = parseArgs({
  options: {
    bodies: { type: "string", default: "1000000" },
    seed: { type: "string", default: String(randomInt(2 ** 31)) },
    help: { type: "boolean", short: "h" },
  },
});
const [bodies, seed] = [Number(values.bodies), Number(values.seed)];
if (values.help || !(bodies > 0) || !Number.isInteger(seed)) giveUp(USAGE);

install();
build();
const { fuzz } = await import("../packages/testing/dist/fuzz/fuzz.js");

let stopped = false;
process.once("SIGINT", () => (stopped = true));
const megabytes = (bytes) => `${Math.round(bytes / 2 ** 20)} MB`;
console.log(`${bodies} bodies, --seed ${seed}`);
let [told, shown] = [0, 0];
const outcome = await fuzz({
  bodies,
  seed,
  until: () => stopped,
  progress({ bodies: sent, heap, findings }) {
    while (shown < findings.length) console.log(findings[shown++]);
    if (sent - told < 50_000) return;
    told = sent;
    console.log(
      `${new Date().toISOString()} ${sent} bodies, ${findings.length} findings, heap ${megabytes(heap[1])}`,
    );
  },
});
const polluted = Object.keys(Object.prototype).length > 0 || {}.polluted !== undefined;
const { routes, routesThereAre, answers, findings, dials, seconds, heap, sessions, overloaded } = outcome;
console.log(`\nroutes × methods: ${routes.size} of ${routesThereAre}`);
for (const [answer, times] of [...answers].sort(([, a], [, b]) => b - a)) console.log(`${answer}: ${times}`);
console.log(
  [
    `${outcome.bodies} bodies in ${Math.round(seconds)} s: ${Math.round(outcome.bodies / seconds)} a second`,
    `heap ${megabytes(heap[0])} → ${megabytes(heap[1])}, ${sessions} sessions opened, ${overloaded} sent again after overload`,
    `requests to UIS: ${dials}; Object.prototype ${polluted ? "was changed" : "as it was"}`,
    `findings: ${findings.length}`,
  ].join("\n"),
);
process.exitCode = findings.length === 0 && dials === 0 && !polluted ? 0 : 1;
