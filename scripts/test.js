// `npm test`: sets up what is missing, then runs everything there is: formatting, lint, types (in the build), unit,
// element, crash and end-to-end tests. Says at the end how many of each ran, in which browser, and in which not.
import { spawnSync } from "node:child_process";
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { stripVTControlCharacters } from "node:util";
import { browser } from "./browser.js";
import { otherEngines } from "./engines.js";
import { build, giveUp, install, run } from "./setup.js";

install();
build();
if (!run(process.execPath, ["scripts/examples.js"])) giveUp("The examples could not be built: see above.");
const chromium = await browser();
const version = spawnSync(chromium, ["--version"], { encoding: "utf8" }).stdout?.trim() || chromium;
const others = await otherEngines();
const folder = mkdtempSync(join(tmpdir(), "uis-call-tests-"));
// PostgreSQL runs as a user of its own, and has its data in here.
chmodSync(folder, 0o755);
// What the tests leave behind lies in one folder, gone when they are.
process.on("exit", () => rmSync(folder, { recursive: true, force: true, maxRetries: 3 }));
const paths = Object.assign({ CHROME_PATH: chromium }, ...others.map(({ env }) => env));
const env = { ...paths, LOG_LEVEL: "", TMPDIR: folder };

const checks = [
  ["formatting", "prettier", "--check", "--log-level", "warn", "."],
  ["lint", "eslint", "--max-warnings", "0", "."],
  ["size", process.execPath, "scripts/size.js"],
];
const failedChecks = checks.filter(([name, command, ...args]) => {
  console.log(`\n${name} …`);
  return !run(command, args);
});

const suites = [
  {
    name: "unit",
    tests: vitest("unit", "--project", "shared", "--project", "simulator", "--project", "bff"),
  },
  { name: "element", tests: elementTests(), browser: version },
  { name: "crash", tests: vitest("crash", "--project", "crash") },
  { name: "end-to-end", tests: vitest("e2e", "--project", "e2e"), engines: true },
];

console.log("");
for (const { name, tests, browser, engines } of suites) {
  const where = browser === undefined ? "" : ` in ${browser}`;
  console.log(`${name}: ${tests.passed} tests passed, ${tests.failed} failed${where}`);
  if (engines) tellEngines(tests.titles);
  // Whoever sees no more than the end of the output learns of it here.
  for (const { title, why } of tests.failures) console.log(`  FAILED ${title}\n${brief(why)}`);
}
for (const [name] of failedChecks) console.log(`${name}: failed`);
const total = (key) => suites.reduce((sum, { tests }) => sum + tests[key], 0);
console.log(`\n${total("passed")} passed, ${total("failed")} failed`);
process.exit(failedChecks.length === 0 && suites.every(({ tests }) => tests.ok) ? 0 : 1);

/** How many ran in each engine; their names stand in the titles. What needs no engine, or this one's own tools, is Chromium's. */
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

function vitest(name, ...projects) {
  console.log(`\n${name === "e2e" ? "end-to-end" : name} tests …`);
  const file = join(folder, `${name}.json`);
  const ok = run(
    "vitest",
    ["run", ...projects, "--reporter=dot", "--reporter=json", `--outputFile.json=${file}`],
    { env },
  );
  if (!existsSync(file)) return { ok: false, passed: 0, failed: 0, titles: [], failures: [] };
  const { success, numPassedTests, numFailedTests, testResults } = JSON.parse(readFileSync(file, "utf8"));
  const titles = testResults
    .flatMap(({ assertionResults }) => assertionResults)
    .map(({ fullName, status }) => ({ title: fullName, passed: status === "passed" }));
  return {
    ok: ok && success && numPassedTests > 0,
    passed: numPassedTests,
    failed: numFailedTests,
    titles,
    failures: testResults.flatMap(failuresOf),
  };
}

/** Tests that failed, or the file that came to none. */
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

function elementTests() {
  console.log("\nelement tests …");
  const file = join(folder, "element.json");
  const runner = join("node_modules", ".bin", "web-test-runner");
  const ok = run(runner, [], { env: { ...env, ELEMENT_RESULTS: file }, folder: "packages/widget" });
  if (!existsSync(file)) return { ok: false, passed: 0, failed: 0, failures: [] };
  const results = JSON.parse(readFileSync(file, "utf8"));
  return { ...results, ok: ok && results.passed > 0 };
}
