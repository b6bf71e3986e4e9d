// Runs the tests and checks. It first installs and builds what is missing.
// - `npm test` checks formatting, lint, types (in the build) and sizes, and runs the unit tests, the element tests, the
//   crash tests, all end-to-end tests in Chromium, and some of them (see WALK) in Firefox and WebKit.
// - `npm run test:fast` (`test.js fast`) leaves out sizes, crash tests and end-to-end tests.
// - `npm run test:all` also runs what `npm test` leaves out (`test.js rest`).
// At the end, the script prints how many tests ran in which browsers, and in which browsers no test could run.
import { spawnSync } from "node:child_process";
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, statfsSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { stripVTControlCharacters } from "node:util";
import { browser } from "./browser.js";
import { otherEngines } from "./engines.js";
import { build, giveUp, install, runBeside } from "./setup.js";

/**
 * Titles of the end-to-end tests that `npm test` also runs in Firefox and WebKit, because browsers differ most in what
 * these tests check.
 */
const WALK = [
  "the demo",
  "the demo's CRM and marketplace",
  "the telephone field",
  "with the keyboard alone,",
].map((title) => `${title} in '`);
const ELSEWHERE = "'(Firefox|WebKit)'";
/** Matches the titles of the end-to-end tests that `npm test` runs. */
const ONCE = `^(?!.*${ELSEWHERE})|(${WALK.join("|")})`;
/** Matches the titles of the end-to-end tests that `npm test` leaves out. */
const REST = `^(?!.*(${WALK.join("|")})).*${ELSEWHERE}`;

/**
 * How often the crash tests kill a backend that uses SQLite. In `npm test`, 28 kills of backends on PostgreSQL are
 * added, which makes 100 kills.
 */
const KILLS = { once: 72, rest: 228 };

const NONE = { ok: false, passed: 0, failed: 0, titles: [], failures: [] };

const stage = process.argv[2] ?? "once";
if (!["fast", "once", "rest"].includes(stage)) giveUp("usage: node scripts/test.js [fast|rest]");

install();
const failedChecks = [];
const checks =
  stage === "rest" ? [] : [check("formatting", "prettier", "--check", "--log-level", "warn", ".")];
build();
if (stage !== "rest") checks.push(check("lint", "eslint", "--max-warnings", "0", "."));
if (stage !== "fast" && !(await runBeside(process.execPath, ["scripts/examples.js"])))
  giveUp("The examples could not be built: see above.");
await Promise.all(checks);
if (stage === "once") await check("size", process.execPath, "scripts/size.js");

const chromium = await browser();
const version = spawnSync(chromium, ["--version"], { encoding: "utf8" }).stdout?.trim() || chromium;
const others = stage === "fast" ? [] : await otherEngines();
const paths = Object.assign({ CHROME_PATH: chromium }, ...others.map(({ env }) => env));
const folder = folderIn(tmpdir());
const env = { ...paths, LOG_LEVEL: "", TMPDIR: folder, CRASH_ROUNDS: String(KILLS[stage]) };

const suites = [];
if (stage !== "rest") {
  // Puts the temporary files of unit tests in memory, because that is faster and these tests do not need a real disk.
  // The crash tests use a real disk.
  const inMemory = { ...env, TMPDIR: folderIn(memory()) };
  const projects = ["shared", "simulator", "bff"].flatMap((name) => ["--project", name]);
  suites.push({ name: "unit", tests: await vitest("unit", projects, inMemory) });
}
const crash = ["--project", "crash"];
if (stage !== "rest") suites.push({ name: "element", tests: await elementTests(), browser: version });
if (stage === "once") suites.push({ name: "crash", tests: await vitest("crash", crash) });
if (stage === "rest")
  suites.push({ name: "crash", tests: await vitest("crash", [...crash, "sqlite.test.ts"]) });
if (stage !== "fast") {
  const which = ["--project", "e2e", "--testNamePattern", stage === "once" ? ONCE : REST];
  const elsewhere = others.some(({ reason }) => reason === undefined);
  const tests = stage === "once" || elsewhere ? await vitest("end-to-end", which) : { ...NONE, ok: true };
  suites.push({ name: "end-to-end", tests, engines: true });
}

console.log("");
for (const { name, tests, browser, engines } of suites) {
  const where = browser === undefined ? "" : ` in ${browser}`;
  console.log(`${name}: ${tests.passed} tests passed, ${tests.failed} failed${where}`);
  if (engines) tellEngines(tests.titles);
  // Prints the failures a second time, so that they are at the end of the output.
  for (const { title, why } of tests.failures) console.log(`  FAILED ${title}\n${brief(why)}`);
}
for (const name of failedChecks) console.log(`${name}: failed`);
const total = (key) => suites.reduce((sum, { tests }) => sum + tests[key], 0);
console.log(`\n${total("passed")} passed, ${total("failed")} failed`);
if (stage === "once")
  console.log(`The other tests in Firefox and WebKit, and ${KILLS.rest} more kills: npm run test:all`);
process.exit(failedChecks.length === 0 && suites.every(({ tests }) => tests.ok) ? 0 : 1);

/** Prints how many tests ran in each browser. A test whose title names no browser is counted as a test in Chromium. */
function tellEngines(titles) {
  const of = (name) => titles.filter(({ title }) => title.includes(`'${name}'`));
  const elsewhere = others.flatMap(({ name }) => of(name));
  const rest = titles.filter((test) => !elsewhere.includes(test));
  tell(version, rest);
  for (const { name, version, reason } of others) {
    if (reason === undefined) tell(`${name}: ${version}`, of(name));
    else console.log(`  NOT RUN in ${name}: ${reason}`);
  }
}

function tell(where, tests) {
  const failed = tests.filter(({ passed }) => !passed).length;
  console.log(`  ${tests.length - failed} passed, ${failed} failed in ${where}`);
}

async function check(name, command, ...args) {
  if (!(await runBeside(command, args))) failedChecks.push(name);
}

/** Creates a folder for the temporary files of the tests. It is deleted when this script ends. */
function folderIn(parent) {
  const folder = mkdtempSync(join(parent, "uis-call-tests-"));
  // Gives other users access to the folder, because PostgreSQL runs as a user of its own and keeps its data there.
  chmodSync(folder, 0o755);
  process.on("exit", () => rmSync(folder, { recursive: true, force: true, maxRetries: 3 }));
  for (const signal of ["SIGINT", "SIGTERM"]) process.once(signal, () => process.exit(1));
  return folder;
}

/**
 * Returns a folder that is kept in memory, if it has room for hundreds of databases. Otherwise returns the usual
 * temporary folder.
 */
function memory() {
  if (!existsSync("/dev/shm")) return tmpdir();
  const { bavail, bsize } = statfsSync("/dev/shm");
  return bavail * bsize > 8e9 ? "/dev/shm" : tmpdir();
}

async function vitest(name, which, environment = env) {
  console.log(`\n${name} tests …`);
  const file = join(folder, `${name}.json`);
  const reporters = ["--reporter=dot", "--reporter=json", `--outputFile.json=${file}`];
  const ok = await runBeside("vitest", ["run", ...which, ...reporters], { env: environment });
  if (!existsSync(file)) return NONE;
  const { success, numPassedTests, numFailedTests, testResults } = JSON.parse(readFileSync(file, "utf8"));
  const titles = testResults
    .flatMap(({ assertionResults }) => assertionResults)
    .filter(({ status }) => ["passed", "failed"].includes(status))
    .map(({ fullName, status }) => ({ title: fullName, passed: status === "passed" }));
  return {
    ok: ok && success && numPassedTests > 0,
    passed: numPassedTests,
    failed: numFailedTests,
    titles,
    failures: testResults.flatMap(failuresOf),
  };
}

/**
 * Lists the failed tests of a test file. If the file failed outside of its tests, the list has one entry with the name
 * of the file.
 */
function failuresOf({ name, status, message, assertionResults }) {
  const failed = assertionResults.filter((test) => test.status === "failed");
  if (failed.length === 0 && status === "failed") return [{ title: name, why: message }];
  return failed.map(({ fullName, failureMessages }) => ({
    title: fullName,
    why: failureMessages.join("\n"),
  }));
}

function brief(why) {
  return stripVTControlCharacters(why).split("\n").slice(0, 40).join("\n");
}

async function elementTests() {
  console.log("\nelement tests …");
  const file = join(folder, "element.json");
  const runner = join("node_modules", ".bin", "web-test-runner");
  const ok = await runBeside(runner, [], {
    env: { ...env, ELEMENT_RESULTS: file },
    folder: "packages/widget",
  });
  if (!existsSync(file)) return NONE;
  const results = JSON.parse(readFileSync(file, "utf8"));
  return { ...results, ok: ok && results.passed > 0 };
}
