// `npm run crash`: kills backends and holds the books against what UIS was asked to do. Exit 1 when a promise is broken.
import { randomInt } from "node:crypto";
import { parseArgs } from "node:util";
import bundle from "./bundle.js";
import { dice } from "./dice.js";
import { figuresOf } from "./figures.js";
import { postgresRounds } from "./postgres-rounds.js";
import { sqliteRounds } from "./sqlite-rounds.js";

const { values } = parseArgs({
  options: {
    rounds: { type: "string", default: "10000" },
    engine: { type: "string", default: "sqlite" },
    seed: { type: "string", default: String(randomInt(2 ** 31)) },
  },
});
const options = {
  rounds: Number(values.rounds),
  random: dice(Number(values.seed)),
  progress: (done: number) => {
    if (done % 100 === 0) console.log(`${new Date().toISOString()} ${done} rounds`);
  },
};
console.log(`${values.engine}, ${values.rounds} rounds, --seed ${values.seed}`);
await bundle();
const outcome = await (values.engine === "postgres" ? postgresRounds : sqliteRounds)(options);
console.log(figuresOf(outcome));
const { lost, twice, untrue } = outcome.findings;
for (const [what, ids] of Object.entries({ lost, twice, untrue })) {
  for (const id of ids) console.log(`${what}: ${id}`);
}
process.exitCode = lost.length + twice.length + untrue.length === 0 ? 0 : 1;
