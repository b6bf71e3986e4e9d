// Runs the compiled tests in a real browser, against the real backend and the simulator of the demo.
import { writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { defaultReporter } from "@web/test-runner";
import { chromeLauncher } from "@web/test-runner-chrome";
import { startDemo } from "../../examples/demo/dist/demo.js";

const port = await freePort();
const demo = await startDemo({ port: 0, origins: [`http://localhost:${port}`] });

export default {
  files: "dist/**/*.test.js",
  nodeResolve: true,
  hostname: "localhost",
  port,
  // One page at a time: they share the exchange.
  concurrency: 1,
  browsers: [
    chromeLauncher({
      launchOptions: {
        executablePath: process.env.CHROME_PATH ?? "/usr/bin/chromium",
        args: [
          "--no-first-run",
          "--disable-background-networking",
          "--disable-component-update",
          "--disable-sync",
          // Chromium has no sandbox for root, which is what containers run as.
          ...(process.getuid?.() === 0 ? ["--no-sandbox"] : []),
        ],
      },
    }),
  ],
  // The development build of Lit tells more; that it is one is no news.
  filterBrowserLogs: ({ args }) => !String(args[0]).startsWith("Lit is in dev mode"),
  testFramework: { config: { timeout: 10_000 } },
  testRunnerHtml: (framework) => `<!doctype html>
    <html lang="en">
      <head><title>Element tests</title><meta name="demo" content="${demo.url}" /></head>
      <body><script type="module" src="${framework}"></script></body>
    </html>`,
  reporters: [defaultReporter({ reportTestResults: true, reportTestProgress: false }), countReporter()],
  plugins: [{ name: "demo", serverStop: () => demo.stop() }],
};

/** Writes how many tests passed and failed to the file ELEMENT_RESULTS names. */
function countReporter() {
  return {
    onTestRunFinished({ sessions }) {
      const tests = sessions.flatMap(({ testResults }) => (testResults ? testsIn(testResults) : []));
      const broken = sessions.filter(({ passed, testResults }) => !passed && !testResults).length;
      const counts = {
        passed: tests.filter((test) => test.passed && !test.skipped).length,
        failed: tests.filter((test) => !test.passed && !test.skipped).length + broken,
      };
      if (process.env.ELEMENT_RESULTS) writeFileSync(process.env.ELEMENT_RESULTS, JSON.stringify(counts));
    },
  };
}

function testsIn({ tests, suites }) {
  return [...tests, ...suites.flatMap(testsIn)];
}

async function freePort() {
  const server = createServer().listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  const { port } = server.address();
  await new Promise((resolve) => server.close(resolve));
  return port;
}
