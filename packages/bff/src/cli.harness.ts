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

const cli = fileURLToPath(new URL("../dist/cli.js", import.meta.url));
export const example = fileURLToPath(new URL("../../../examples/acme.yaml", import.meta.url));

export const ENVIRONMENT = {
  ACME_UIS_PASSWORD: "planted-password",
  SESSION_SECRET: "0123456789abcdef0123456789abcdef",
};

const children: ChildProcess[] = [];

/** Ends what a test has left running. */
export function killAll(): void {
  for (const child of children.splice(0)) child.kill("SIGKILL");
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

export async function run(args: string[], environment?: Record<string, string>) {
  const child = start(args, environment);
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

/** The example, but for what it does against floods: some tests are one. */
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
  const child = start(["start", "--config", configuration], {
    ...ENVIRONMENT,
    PORT: String(port),
    ...environment,
  });
  const output = text(child.stdout);
  const url = `http://127.0.0.1:${String(port)}/api`;
  const ready = () =>
    got(`${url}/health/ready`, { retry: { limit: 0 }, throwHttpErrors: false })
      .text()
      .catch(() => "");
  await expect.poll(ready, { timeout: 20_000 }).toBe('{"status":"ok"}');
  return {
    port,
    url,
    output,
    ready,
    async visitor() {
      const visitor = new Visitor(url);
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
