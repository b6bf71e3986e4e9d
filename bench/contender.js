// Starts the contenders: our backend and the proxies that it is compared with. For each run, a contender is a new
// process that sends its requests to a simulated UIS of its own.
import { fork } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { startCommand } from "@uis-call/testing/cli";

/**
 * Origin that all requests name. It is same-site with the contenders' addresses, so that all contenders use cookies.
 */
export const ORIGIN = "http://localhost";

const SESSION_SECRET = "0123456789abcdef0123456789abcdef";

/** Names of the contenders, in the order in which the results list them. */
export const CONTENDERS = ["ours", "careful", "careless", "relay"];

/**
 * Starts a simulated UIS that responds after `delay` milliseconds. Its `report` returns the telephone calls since the
 * last report.
 */
export async function startUis(delay) {
  const { process: uis, port, stop } = await startScript("uis.js", { DELAY_MS: String(delay) });
  return {
    url: `http://127.0.0.1:${port}/v1`,
    stop,
    async report() {
      uis.send("report");
      const [report] = await once(uis, "message");
      return report;
    },
  };
}

/**
 * Starts the contender with this name. It sends its requests to the UIS at `uisUrl`. For `ours`, `database` is the path
 * of an existing database; by default, the database is new and empty. `nodeFlags` are useful for profiling.
 */
export function startContender(name, uisUrl, { database, nodeFlags } = {}) {
  if (name === "ours") return startOurs(uisUrl, database, nodeFlags);
  const folder = mkdtempSync(join(tmpdir(), "uis-call-bench-"));
  return startScript(
    `${name}.js`,
    { UIS_URL: uisUrl, SESSION_SECRET, ORIGIN, DATABASE: join(folder, "calls.db") },
    () => rmSync(folder, { recursive: true }),
  );
}

/** Starts a script as a process. @param cleanUp called when the process has ended */
async function startScript(file, environment, cleanUp = () => undefined) {
  const child = fork(fileURLToPath(new URL(file, import.meta.url)), {
    env: { NODE_ENV: "production", ...environment },
  });
  const [{ port }] = await once(child, "message");
  return {
    process: child,
    port,
    async stop() {
      await stop(child);
      cleanUp();
    },
  };
}

/** Starts our backend with the command that users run, and with default settings. */
async function startOurs(uisUrl, database, nodeFlags = []) {
  const folder = mkdtempSync(join(tmpdir(), "uis-call-bench-"));
  const configuration = join(folder, "bench.yaml");
  writeFileSync(configuration, configurationFor(uisUrl));
  const { child, port, stop } = await startCommand(configuration, {
    nodeFlags,
    environment: {
      NODE_ENV: "production",
      DATABASE_URL: `sqlite:${database ?? join(folder, "calls.db")}`,
      SESSION_SECRET,
      LOG_LEVEL: "warn",
      BENCH_UIS_PASSWORD: "a-password",
    },
  });
  return {
    process: child,
    port,
    async stop() {
      await stop();
      rmSync(folder, { recursive: true });
    },
  };
}

const configurationFor = (uisUrl) => `tenants:
  - id: acme
    limits: none
    name: Acme
    origins: [${ORIGIN}]
    serviceNumber: "+74990000000"
    uis: { api: v1, url: "${uisUrl}", login: acme, password: { env: BENCH_UIS_PASSWORD } }
    proof: never
    targets:
      sales:
        title: Sales
        office: "+79000000101"
        officeMessage: { text: A call back from the website }
`;

async function stop(child) {
  if (child.exitCode !== null) return;
  const exited = once(child, "exit");
  child.kill("SIGTERM");
  await exited;
}
