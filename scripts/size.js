// `npm run size`: prints the sizes of the script-tag bundle. Fails if a size exceeds its limit, or if the bundle
// contains a module that it must not contain.
import { readFileSync } from "node:fs";
import { embedChunks, embedSizes, LATER } from "./embed-size.js";
import { giveUp, run } from "./setup.js";

/**
 * Limits in bytes, after compression with brotli. The end-to-end tests check the downloads of a browser against the
 * same limits.
 */
const LIMITS = JSON.parse(readFileSync(new URL("size-limits.json", import.meta.url), "utf8"));

/**
 * Modules that must not be in the bundle, because only the backend may contain them: the code of packages/shared, zod,
 * and metadata of telephone numbers.
 */
const FORBIDDEN = /zod|libphonenumber|phone-?metadata|metadata\.(?:json|js)|packages\/(?:shared|bff)\//;

if (!run("tsc", ["-b", "packages/widget"])) giveUp("The types are wrong: see above.");
const chunks = await embedChunks();
const sizes = embedSizes(chunks);

for (const { name, first, language, brotli, gzip, plain } of chunks) {
  const when = first
    ? "first script"
    : language
      ? `language ${language}`
      : (LATER[name] ?? LATER[name.split("-").at(-1)] ?? "when touched");
  console.log(
    `${name.padEnd(12)} ${when.padEnd(16)} ${kB(brotli)} brotli ${kB(gzip)} gzip ${kB(plain)} plain`,
  );
}
if (process.argv.includes("--modules")) {
  for (const { name, modules } of chunks.filter(({ language }) => !language)) {
    console.log(`\n${name}, bytes before minifying:`);
    for (const { id, length } of modules.toSorted((one, other) => other.length - one.length))
      console.log(`${String(length).padStart(7)} ${id}`);
  }
}
const problems = chunks
  .flatMap(({ name, modules }) => modules.map(({ id }) => ({ name, id })))
  .filter(({ id }) => FORBIDDEN.test(id))
  .map(({ name, id }) => `${name} holds ${id}`);
for (const [what, text] of [
  ["first", "the first script"],
  ["call", "all for a first paint and a first call in ru or en"],
]) {
  console.log(`${text}: ${kB(sizes[what])} of ${kB(LIMITS[what])} brotli`);
  if (sizes[what] > LIMITS[what]) problems.push(`${text} is over its limit`);
}
if (problems.length > 0) giveUp(problems.join("\n"));

function kB(bytes) {
  return `${(bytes / 1000).toFixed(2).padStart(6)} kB`;
}
