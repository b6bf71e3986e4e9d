// Runs the compiled tests in a real browser, against the real backend and the simulator of the demo.
import { Buffer } from "node:buffer";
import { randomBytes } from "node:crypto";
import { writeFileSync } from "node:fs";
import { defaultReporter } from "@web/test-runner";
import { chromeLauncher } from "@web/test-runner-chrome";
import { startDemo } from "../../examples/demo/dist/demo.js";
import { OpeningHoursSchema } from "../bff/dist/index.js";
import { createIdentityToken, sealNumber } from "../bff/dist/tokens.js";
import { chromiumPath, SANDBOX_FLAGS } from "../testing/dist/browsers/paths.js";
import { freePort } from "../testing/dist/ports.js";

const port = await freePort();
const origins = [`http://localhost:${port}`];
const identitySecret = randomBytes(32).toString("base64url");
const sealingKey = randomBytes(32).toString("base64url");
/** A tenant for tests that change its `proof` setting. */
let guarded;
/** A tenant for tests that change its opening hours. */
let shop;
const demo = await startDemo({ port: 0, origins, configure: withTenants });
// Cross-site for a page on localhost.
const foreign = await startDemo({ port: 0, origins, host: "127.0.0.1" });

export default {
  files: "dist/**/*.test.js",
  // Lit's production build; the default would be the development build.
  nodeResolve: { exportConditions: ["production"] },
  hostname: "localhost",
  port,
  // One page at a time: pages share the simulator's exchange.
  concurrency: 1,
  browsers: [
    chromeLauncher({
      launchOptions: {
        executablePath: chromiumPath(),
        args: [
          "--no-first-run",
          "--disable-background-networking",
          "--disable-component-update",
          "--disable-sync",
          ...SANDBOX_FLAGS,
        ],
      },
    }),
  ],
  testFramework: { config: { timeout: 10_000 } },
  testRunnerHtml: (framework) => `<!doctype html>
    <html lang="en">
      <head><title>Element tests</title><meta name="demo" content="${demo.url}" />
        <meta name="foreign" content="${foreign.url}" /></head>
      <body><script type="module" src="${framework}"></script></body>
    </html>`,
  reporters: [defaultReporter({ reportTestResults: true, reportTestProgress: false }), resultReporter()],
  plugins: [
    { name: "demo", serverStop: () => Promise.all([demo.stop(), foreign.stop()]) },
    { name: "tokens", serve: ({ path, query }) => TOKENS[path]?.(query) },
  ],
};

/** Paths of the test server that stand in for a page's own backend, or change a tenant. */
const TOKENS = {
  "/identity": ({ targets, ...claims }) =>
    createIdentityToken({ tenant: "market", ...claims, targets: targets?.split(",") }, identitySecret),
  "/sealed": (contents) => sealNumber({ tenant: "market", ...contents }, sealingKey),
  "/guard": ({ proof }) => (guarded.proof = proof),
  "/hours": ({ now }) => {
    shop.hours = now === "open" ? undefined : hoursWithoutToday();
    return now;
  },
};

/** Hours from nine to six, except today. */
function hoursWithoutToday() {
  const day = new Date().toISOString().slice(0, 10);
  const weekly = { "mon-sun": "09:00-18:00" };
  return OpeningHoursSchema.parse({ timeZone: "UTC", weekly, exceptions: { [day]: "closed" } });
}

/**
 * Adds tenants to the demo's: `market` with identities and sealed numbers, `guarded` with a proof of work, `cut-off` whose
 * UIS is down, `shop` that can be closed, and `museum`, closed today, with a target that opens in 2099.
 */
function withTenants(configuration) {
  const [demo] = configuration.tenants;
  const { sales } = demo.targets;
  const title = (en) => ({ en });
  const market = {
    ...demo,
    id: "market",
    identity: { required: false, key: { algorithm: "HS256", key: Buffer.from(identitySecret) } },
    sealing: { key: Buffer.from(sealingKey, "base64url") },
    targets: {
      customer: { ...sales, title: title("Customer"), office: "identity", visitor: "sealed" },
      supplier: { ...sales, title: title("Supplier"), office: "sealed", visitor: "asked" },
      account: { ...sales, title: { en: "Account", ru: "Счёт" }, visitor: "identity" },
    },
  };
  guarded = { ...demo, id: "guarded", proof: "never" };
  const cutOff = { ...demo, id: "cut-off", uis: { ...demo.uis, url: "http://127.0.0.1:9/v1" } };
  // Tests may run at night.
  shop = { ...demo, id: "shop", quietHours: undefined };
  const museum = {
    ...shop,
    id: "museum",
    hours: hoursWithoutToday(),
    targets: {
      ...demo.targets,
      account: market.targets.account,
      tower: {
        ...sales,
        title: title("Tower"),
        hours: OpeningHoursSchema.parse({
          timeZone: "UTC",
          weekly: {},
          exceptions: { "2099-01-01": "10:00-11:00" },
        }),
      },
    },
    identity: market.identity,
  };
  return { ...configuration, tenants: [...configuration.tenants, market, guarded, cutOff, shop, museum] };
}

/** Writes how many tests passed and failed, and which, to the file ELEMENT_RESULTS names. */
function resultReporter() {
  return {
    onTestRunFinished({ sessions }) {
      const tests = sessions.flatMap(({ testResults }) => (testResults ? testsIn(testResults) : []));
      const broken = sessions
        .filter(({ passed, testResults }) => !passed && !testResults)
        .map(({ testFile, errors }) => ({
          title: testFile,
          why: errors.map(({ message }) => message).join("\n"),
        }));
      const failed = tests
        .filter((test) => !test.passed && !test.skipped)
        .map(({ name, error }) => ({ title: name, why: `${error?.message}\n${error?.stack}` }));
      const results = {
        passed: tests.filter((test) => test.passed && !test.skipped).length,
        failed: failed.length + broken.length,
        failures: [...failed, ...broken],
      };
      if (process.env.ELEMENT_RESULTS) writeFileSync(process.env.ELEMENT_RESULTS, JSON.stringify(results));
    },
  };
}

function testsIn({ tests, suites }) {
  return [...tests, ...suites.flatMap(testsIn)];
}
