// `npm test` sets up what is missing, then runs formatting, lint, types (in the build), unit and element tests, kills, and
// every end-to-end test in Chromium, with the walk in Firefox and WebKit. `test.js fast` (`npm run test:fast`) runs no more
// than types, lint, unit and element tests; `test.js rest` runs what `npm test` leaves out, and `npm run test:all` is both.
// Says at the end how many of each ran, in which browser, and in which not.
import { spawnSync } from "node:child_process";
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, statfsSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { stripVTControlCharacters } from "node:util";
import { browser } from "./browser.js";
import { otherEngines } from "./engines.js";
import { build, giveUp, install, runBeside } from "./setup.js";

/** What differs most between engines: a call in each display, the telephone table, the keyboard, sessions. By its titles. */
const WALK = [
  "the demo",
  "the demo's CRM and marketplace",
  "the telephone field",
  "with the keyboard alone,",
].map((title) => `${title} in '`);
const ELSEWHERE = "'(Firefox|WebKit)'";
/** Of the end-to-end tests, those of `npm test`; any other is one of the rest. */
const ONCE = `^(?!.*${ELSEWHERE})|(${WALK.join("|")})`;
const REST = `^(?!.*(${WALK.join("|")})).*${ELSEWHERE}`;

/** `npm test` kills 100 times, 28 of them on PostgreSQL. */
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
  // No unit test is about what a disk keeps when the power fails; those that kill have a real one.
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
  // Repeats failures, so that the end of the output shows them.
  for (const { title, why } of tests.failures) console.log(`  FAILED ${title}\n${brief(why)}`);
}
for (const name of failedChecks) console.log(`${name}: failed`);
const total = (key) => suites.reduce((sum, { tests }) => sum + tests[key], 0);
console.log(`\n${total("passed")} passed, ${total("failed")} failed`);
if (stage === "once")
  console.log(`The other tests in Firefox and WebKit, and ${KILLS.rest} more kills: npm run test:all`);
process.exit(failedChecks.length === 0 && suites.every(({ tests }) => tests.ok) ? 0 : 1);

/** Prints how many ran in each engine, by the titles. Tests without an engine in their title count as Chromium's. */
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

/** A folder for what the tests leave behind, gone when they are. */
function folderIn(parent) {
  const folder = mkdtempSync(join(parent, "uis-call-tests-"));
  // PostgreSQL runs as a user of its own, and has its data in here.
  chmodSync(folder, 0o755);
  process.on("exit", () => rmSync(folder, { recursive: true, force: true, maxRetries: 3 }));
  for (const signal of ["SIGINT", "SIGTERM"]) process.once(signal, () => process.exit(1));
  return folder;
}

/** Where writing needs no disk, if there is room for hundreds of databases. */
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

/** Failed tests, or files without any. */
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
