// Installs dependencies and builds packages, so that the npm scripts work in a fresh checkout. Uses only modules of
// Node.js, because nothing else is installed yet. After each step, stores a hash of the step's inputs. A step is
// skipped if its inputs have not changed.
import { spawn, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

export const root = dirname(dirname(fileURLToPath(import.meta.url)));
const stamps = join(root, "node_modules", ".uis-call");

/** Prints a message that says what the user has to do, and ends the process with exit code 1. */
export function giveUp(message) {
  console.error(`\n${message}`);
  process.exit(1);
}

/** Runs a command in the root folder of the repository and shows its output. @returns whether the command succeeded */
export function run(command, args, options = {}) {
  const stdio = options.silent ? "ignore" : options.quiet ? ["ignore", "ignore", "inherit"] : "inherit";
  const { status, error } = spawnSync(command, args, { ...inCheckout(options), stdio });
  return error === undefined && status === 0;
}

/** Runs a command like `run`, but asynchronously, so that several commands can run at the same time. */
export function runBeside(command, args, options = {}) {
  const child = spawn(command, args, { ...inCheckout(options), stdio: "inherit" });
  return new Promise((resolve) => {
    child.once("error", () => resolve(false));
    child.once("exit", (code) => resolve(code === 0));
  });
}

function inCheckout({ folder = "", env }) {
  const bin = join(root, "node_modules", ".bin");
  const path = `${bin}${process.platform === "win32" ? ";" : ":"}${process.env.PATH ?? ""}`;
  return {
    cwd: join(root, folder),
    shell: process.platform === "win32",
    env: { ...process.env, PATH: path, ...env },
  };
}

/**
 * Option of pnpm that leaves out the examples, because they double the size of an installation. Only the tests and the
 * authors of the examples need them.
 */
const EXAMPLES = ["--filter=!@uis-call/example-*"];

/**
 * Installs the dependencies if the lockfile has changed. Uses the version of pnpm that package.json names.
 *
 * @param options `examples: false` leaves out the dependencies of the examples
 */
export function install({ examples = true } = {}) {
  const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
  if (major < 20 || (major === 20 && minor < 19)) {
    giveUp(`Node.js ${process.versions.node} is too old: install 20.19 or newer (https://nodejs.org).`);
  }
  const { packageManager } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
  const inputs = ["pnpm-lock.yaml", "pnpm-workspace.yaml", process.versions.modules];
  const outputs = ["node_modules/.pnpm"];
  // Returns if everything has been installed before. A full installation includes all that an installation without the
  // examples needs.
  if (undone("installed", inputs, outputs) === undefined) return;
  once(examples ? "installed" : "installed-without-examples", inputs, outputs, () => {
    console.log("Installing dependencies …");
    const which = examples ? [] : EXAMPLES;
    const done = run(
      "npx",
      ["--yes", packageManager, "install", "--frozen-lockfile", "--reporter=append-only", ...which],
      {
        quiet: true,
        env: { CI: "true" },
      },
    );
    if (!done) giveUp("The dependencies could not be installed: is the npm registry within reach?");
  });
}

/** Builds all packages if a source file has changed since the last build. */
export function build() {
  const sources = ["packages", "examples/demo", "e2e", "crash"].flatMap((folder) =>
    sourcesIn(join(root, folder)),
  );
  const inputs = [...sources, "scripts/notice.ts", "tsconfig.json", "package.json", "pnpm-lock.yaml"];
  once(
    "built",
    inputs,
    [
      "crash/dist/crash.js",
      "examples/demo/dist/main.js",
      "packages/widget/dist/embed/widget.js",
      "packages/widget/dist/custom-elements.json",
    ],
    () => {
      console.log("Building …");
      const steps = [
        ["tsc", "-b"],
        ["vite", "build", "packages/widget", "--logLevel", "warn"],
        ["npm", "--prefix", "packages/widget", "run", "--silent", "manifest"],
        ["vite", "build", "packages/simulator", "--logLevel", "warn"],
      ];
      for (const [command, ...args] of steps) {
        // Sets NODE_ENV to "production", because otherwise bundlers use Lit's development build.
        if (!run(command, args, { env: { NODE_ENV: "production" } })) giveUp("The build failed: see above.");
      }
    },
  );
}

/**
 * Runs `work`, unless it has run before with the same inputs and its outputs still exist. An input is the path of a
 * file, or any other text.
 */
function once(name, inputs, outputs, work) {
  const done = undone(name, inputs, outputs);
  if (done === undefined) return;
  work();
  done();
}

/**
 * Compares the inputs with those of the last run, and checks that the outputs exist. Returns undefined if the work need
 * not be done again. Otherwise returns a function to call after the work.
 */
export function undone(name, inputs, outputs) {
  const hash = createHash("sha256");
  for (const input of inputs) {
    const file = join(root, input);
    hash
      .update(`${input}\0`)
      .update(existsSync(file) ? readFileSync(file) : "")
      .update("\0");
  }
  const digest = hash.digest("hex");
  const stamp = join(stamps, name);
  const same = existsSync(stamp) && readFileSync(stamp, "utf8") === digest;
  if (same && outputs.every((output) => existsSync(join(root, output)))) return undefined;
  return () => {
    mkdirSync(stamps, { recursive: true });
    writeFileSync(stamp, digest);
  };
}

/**
 * Lists the files in `folder` and its subfolders whose names match `pattern`. The returned paths are relative to the
 * root folder of the repository.
 */
export function sourcesIn(folder, pattern = /\.(ts|css|html|json|svg)$/) {
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.name !== "node_modules" && entry.name !== "dist")
    .flatMap((entry) => {
      const path = join(folder, entry.name);
      if (entry.isDirectory()) return sourcesIn(path, pattern);
      return pattern.test(entry.name) ? [path.slice(root.length + 1)] : [];
    })
    .sort();
}
