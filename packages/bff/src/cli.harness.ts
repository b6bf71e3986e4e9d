import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { type AddressInfo, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { got } from "got";
import { expect } from "vitest";
import { Visitor } from "./bff.harness.js";
import { LeakScan, requireNone } from "./leak-scan.harness.js";
import { openExisting } from "./store/database.js";
import { sqliteUrl } from "./store/engines.harness.js";

const cli = fileURLToPath(new URL("../dist/cli.js", import.meta.url));
export const example = fileURLToPath(new URL("../../../examples/acme.yaml", import.meta.url));

export const ENVIRONMENT = {
  ACME_UIS_PASSWORD: "scanned-password",
  SESSION_SECRET: "0123456789abcdef0123456789abcdef",
};

/** The example with another line of YAML for its tenant. */
export function exampleWith(line: string): string {
  const file = join(mkdtempSync(join(tmpdir(), "uis-call-")), "example.yaml");
  writeFileSync(file, readFileSync(example, "utf8").replace("- id: acme\n", `- id: acme\n    ${line}\n`));
  return file;
}

const children: ChildProcess[] = [];
const searches: (() => Promise<string[]>)[] = [];

/** Ends what a test has left running, and searches what the backends have left for what they were told. */
export async function killAll(): Promise<void> {
  for (const child of children.splice(0)) {
    if (child.exitCode !== null || child.signalCode !== null) continue;
    child.kill("SIGKILL");
    await once(child, "exit");
  }
  const finds: string[] = [];
  for (const search of searches.splice(0)) finds.push(...(await search()));
  requireNone(finds);
}

/** What a backend that is over has logged, answered and written down. */
async function searchOf(leakScan: LeakScan, visitors: readonly Visitor[], log: Promise<string>, url: string) {
  const db = await openExisting(url);
  const inDatabase = await leakScan.findsInDatabase(db).finally(() => db.close());
  const answers = visitors.flatMap(({ seen }) => seen);
  const lines = (await log).split("\n");
  return [...inDatabase, ...leakScan.findsInAnswers(answers), ...leakScan.findsInLog(lines)];
}

/** The command as a process of its own, in an empty folder. */
export function start(args: string[], environment: Record<string, string> = ENVIRONMENT) {
  const child = spawn(process.execPath, [cli, ...args], {
    env: environment,
    cwd: mkdtempSync(join(tmpdir(), "uis-call-")),
  });
  children.push(child);
  return child;
}

export async function run(args: string[], environment?: Record<string, string>, input = "") {
  const child = start(args, environment);
  child.stdin.end(input);
  const [out, error, [code]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, "exit") as Promise<[number]>,
  ]);
  return { out, error, code };
}

export const freePort = async (): Promise<{ port: number; close: () => void }> => {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  return { port: (server.address() as AddressInfo).port, close: () => server.close() };
};

/** The example without limits: some tests go beyond them. */
function withoutGuards(): string {
  const file = join(mkdtempSync(join(tmpdir(), "uis-call-")), "calls.yaml");
  writeFileSync(file, readFileSync(example, "utf8").replace(/^ {4}targets:/m, "    proof: never\n$&"));
  return file;
}

/** A backend of the example's configuration that is ready, as a process of its own. */
export async function startExample(
  environment: Record<string, string> = {},
  configuration = withoutGuards(),
) {
  const { port, close } = await freePort();
  close();
  const { DATABASE_URL = sqliteUrl() } = environment;
  const child = start(["start", "--config", configuration], {
    ...ENVIRONMENT,
    PORT: String(port),
    ...environment,
    DATABASE_URL,
  });
  const output = text(child.stdout);
  const leakScan = new LeakScan();
  leakScan.secret(
    ...Object.values({ ...ENVIRONMENT, ...environment }).filter((value) => /^[\w-]{16,}$/.test(value)),
  );
  const visitors: Visitor[] = [];
  searches.push(() => searchOf(leakScan, visitors, output, DATABASE_URL));
  const url = `http://127.0.0.1:${String(port)}/api`;
  const ready = () =>
    got(`${url}/health/ready`, { retry: { limit: 0 }, throwHttpErrors: false })
      .text()
      .catch(() => "");
  await expect.poll(ready, { timeout: 20_000 }).toContain('{"status":"ok"');
  return {
    port,
    url,
    output,
    ready,
    async visitor() {
      const visitor = new Visitor(url, leakScan, visitors);
      await visitor.open("acme", { origin: "https://www.example.com" });
      return visitor;
    },
    /** Stops it as a service manager does. @returns exit code and signal */
    async stop() {
      child.kill("SIGTERM");
      return (await once(child, "exit")) as [number | null, string | null];
    },
    child,
  };
}
