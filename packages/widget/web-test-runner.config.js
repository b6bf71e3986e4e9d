// Runs the compiled tests of the element in a real browser. The demo provides the backend and the simulator.
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
/** A tenant whose setting `proof` is changed by tests. */
let guarded;
/** A tenant whose opening hours are changed by tests. */
let shop;
const demo = await startDemo({ port: 0, origins, configure: withTenants });
// A second demo. For pages on localhost, its host 127.0.0.1 is cross-site.
const foreign = await startDemo({ port: 0, origins, host: "127.0.0.1" });

export default {
  files: "dist/**/*.test.js",
  // Loads Lit's production build. The default is the development build.
  nodeResolve: { exportConditions: ["production"] },
  hostname: "localhost",
  port,
  // Runs one test file at a time, because all of them use the same simulated telephone exchange.
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

/** Paths of the test server. Tests use them to get tokens, as from a host site's backend, and to change a tenant. */
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

/** Returns opening hours from nine to six on all days except today. */
function hoursWithoutToday() {
  const day = new Date().toISOString().slice(0, 10);
  const weekly = { "mon-sun": "09:00-18:00" };
  return OpeningHoursSchema.parse({ timeZone: "UTC", weekly, exceptions: { [day]: "closed" } });
}

/**
 * Adds tenants to the configuration of the demo. `market` has identity tokens and sealed numbers. `guarded` can require
 * a proof of work. The UIS of `cut-off` is down. `shop` can be closed by a test. `museum` is closed today, and one of
 * its targets opens in 2099.
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
  // Without quiet hours, because tests may run at night.
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

/** Writes the number of passed and failed tests, and the failures, to the file that `ELEMENT_RESULTS` names. */
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
