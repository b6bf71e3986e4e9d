// Builds the examples for the end-to-end tests, two at a time. Does nothing if neither the examples nor the element
// have changed.
import { spawn } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { giveUp, root, sourcesIn, undone } from "./setup.js";

const folder = join(root, "examples");

/** The examples whose builds take longest. Their builds start first, so that the whole takes less time. */
const SLOW = ["next", "angular"];
const names = readdirSync(folder)
  .filter((name) => buildOf(name) !== undefined)
  .toSorted((one, other) => SLOW.indexOf(other) - SLOW.indexOf(one));

// Matches the source files of examples. Leaves out next-env.d.ts, because Next.js writes this file itself.
const sources = /(?<!next-env\.d)\.(tsx?|js|json|vue|svelte|html)$/;
const inputs = [folder, join(root, "packages", "widget", "src")].flatMap((from) => sourcesIn(from, sources));
const outputs = names.map((name) => join("examples", name, "dist"));
const done = undone("examples", [...inputs, "pnpm-lock.yaml"], outputs);
if (done !== undefined) {
  console.log("Building the examples …");
  const waiting = [...names];
  await Promise.all([buildNext(waiting), buildNext(waiting)]);
  done();
}

async function buildNext(waiting) {
  for (let name = waiting.shift(); name !== undefined; name = waiting.shift()) await build(name);
}

async function build(name) {
  const started = Date.now();
  const child = spawn("npm", ["run", "--silent", "build"], {
    cwd: join(folder, name),
    shell: process.platform === "win32",
    env: { ...process.env, NODE_ENV: "production", NEXT_TELEMETRY_DISABLED: "1", NG_CLI_ANALYTICS: "false" },
  });
  let printed = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (text) => (printed += text));
  const code = await new Promise((resolve) => child.once("close", resolve));
  if (code !== 0) giveUp(`${printed}\nThe example ${name} could not be built: see above.`);
  console.log(`examples/${name}: built in ${((Date.now() - started) / 1000).toFixed(0)} s`);
}

function buildOf(name) {
  const file = join(folder, name, "package.json");
  return existsSync(file) ? JSON.parse(readFileSync(file, "utf8")).scripts?.build : undefined;
}
