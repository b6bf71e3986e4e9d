import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { got } from "got";
import { freePort } from "./ports.js";

const CLI = fileURLToPath(new URL("../../bff/dist/cli.js", import.meta.url));

/** Milliseconds that the start of a command may take. The limit is high, because the machine may be busy. */
const START_WITHIN = 20_000;

const children: ChildProcess[] = [];

/** Kills all processes that `runCommand` and `startCommand` have started and that are still running. */
export async function killCommands(): Promise<void> {
  for (const child of children.splice(0)) {
    if (child.exitCode !== null || child.signalCode !== null) continue;
    child.kill("SIGKILL");
    await once(child, "exit");
  }
}

export interface CommandOptions {
  environment: Record<string, string>;
  nodeFlags?: readonly string[];
}

/** Starts the command of the backend in a new process. The current folder of the process is a new, empty folder. */
function start(args: readonly string[], { environment, nodeFlags = [] }: CommandOptions) {
  const child = spawn(process.execPath, [...nodeFlags, CLI, ...args], {
    env: environment,
    cwd: mkdtempSync(join(tmpdir(), "uis-call-")),
  });
  children.push(child);
  return child;
}

/** Runs the command of the backend with these arguments, and waits until it has ended. */
export async function runCommand(args: readonly string[], options: CommandOptions, input = "") {
  const child = start(args, options);
  child.stdin.end(input);
  const [out, error, [code]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, "exit") as Promise<[number]>,
  ]);
  return { out, error, code };
}

/**
 * Starts the backend with its command on a free port, and waits until the backend is ready.
 *
 * @param configuration path of the configuration file
 * @throws Error if the command ends before the backend is ready, or takes too long
 */
export async function startCommand(configuration: string, options: CommandOptions) {
  const port = await freePort();
  const child = start(["start", "--config", configuration], {
    ...options,
    environment: { PORT: String(port), ...options.environment },
  });
  const [output, errors] = [text(child.stdout), text(child.stderr)];
  const url = `http://127.0.0.1:${String(port)}/api`;
  const ready = () =>
    got(`${url}/health/ready`, { retry: { limit: 0 }, throwHttpErrors: false })
      .text()
      .catch(() => "");
  const deadline = Date.now() + START_WITHIN;
  while (!(await ready()).includes('{"status":"ok"')) {
    if (child.exitCode === null && Date.now() < deadline) {
      await sleep(50);
      continue;
    }
    child.kill("SIGKILL");
    throw new Error(`the backend did not start: ${await errors}`);
  }
  return {
    port,
    url,
    /** Standard output of the command. Resolves when the command has ended. */
    output,
    ready,
    /** Stops the command with SIGTERM, as a service manager does. @returns exit code and signal of the process */
    async stop() {
      const exited = once(child, "exit") as Promise<[number | null, string | null]>;
      child.kill("SIGTERM");
      return exited;
    },
    child,
  };
}
