// `npm run fillings`: has generated fillings of a stranger spoken, and looks for numbers and addresses in what UIS is told
// to say. The code is in packages/testing/src/fuzz/fillings.ts.
import { randomInt } from "node:crypto";
import { parseArgs } from "node:util";
import { build, giveUp, install } from "./setup.js";

const USAGE = `usage: npm run fillings -- [--fillings 1000000] [--seed N]

Ends with exit code 1 when a filling made UIS say seven digits in a row or the name of a website.`;

const { values } = parseArgs({
  options: {
    fillings: { type: "string", default: "1000000" },
    seed: { type: "string", default: String(randomInt(2 ** 31)) },
    help: { type: "boolean", short: "h" },
  },
});
const [fillings, seed] = [Number(values.fillings), Number(values.seed)];
if (values.help || !(fillings > 0) || !Number.isInteger(seed)) giveUp(USAGE);

install();
build();
const { checkFillings } = await import("../packages/testing/dist/fuzz/fillings.js");
const { spokenMessage, spokenValues } = await import("../packages/bff/dist/calls/message-text.js");

/** Number of fillings that are generated at a time. */
const BATCH = 50_000;
console.log(`${fillings} fillings, --seed ${seed}`);
const findings = [];
let spoken = 0;
for (let done = 0; done < fillings; done += BATCH) {
  const batch = checkFillings(Math.min(BATCH, fillings - done), seed + done, ({ template, values }) =>
    spokenMessage({ text: template }, spokenValues(values, true), "ru", { locale: "ru" }),
  );
  spoken += batch.spoken;
  findings.push(...batch.findings);
}
for (const finding of findings.slice(0, 20)) console.log(finding);
console.log(`spoken: ${spoken} of ${fillings}; findings: ${findings.length}`);
process.exitCode = findings.length === 0 ? 0 : 1;
