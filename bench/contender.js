// Starts a contender for one run: a fresh process with a UIS of its own.
import { fork, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { request } from "undici";

/** Origin of all requests; same-site with the backends, so that all use cookies. */
export const ORIGIN = "http://localhost";

const SESSION_SECRET = "0123456789abcdef0123456789abcdef";
const BACKEND = fileURLToPath(new URL("../packages/bff/dist/cli.js", import.meta.url));

/** Contenders in the order of the results. */
export const CONTENDERS = ["ours", "careful", "careless", "relay"];

/** Starts a UIS that answers after `delay` milliseconds; `report` returns its calls since the last report. */
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
 * Starts the contender of this name with the UIS at `uisUrl`. For `ours`, `database` names an existing file; without it
 * the run gets an empty one. `nodeFlags` are for profiling.
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

/** @param cleanUp called once the process has ended */
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

/** The shipped command, with default settings. */
async function startOurs(uisUrl, database, nodeFlags = []) {
  const folder = mkdtempSync(join(tmpdir(), "uis-call-bench-"));
  const configuration = join(folder, "bench.yaml");
  writeFileSync(configuration, configurationFor(uisUrl));
  const port = await freePort();
  const child = spawn(process.execPath, [...nodeFlags, BACKEND, "start", "--config", configuration], {
    stdio: ["ignore", "inherit", "inherit"],
    env: {
      NODE_ENV: "production",
      PORT: String(port),
      DATABASE_URL: `sqlite:${database ?? join(folder, "calls.db")}`,
      SESSION_SECRET,
      LOG_LEVEL: "warn",
      BENCH_UIS_PASSWORD: "a-password",
    },
  });
  await answering(child, `http://127.0.0.1:${port}/api/health/live`);
  return {
    process: child,
    port,
    async stop() {
      await stop(child);
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

async function freePort() {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address();
  server.close();
  await once(server, "close");
  return port;
}

async function answering(child, url) {
  while (child.exitCode === null) {
    const answer = await request(url).catch(() => undefined);
    if (answer?.statusCode === 200) return;
    await sleep(50);
  }
  throw new Error("the backend did not start: see above");
}

async function stop(child) {
  if (child.exitCode !== null) return;
  const exited = once(child, "exit");
  child.kill("SIGTERM");
  await exited;
}
