import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { ENTRY } from "./bundle.js";
import type { KillOrder, News } from "./crash-points.js";
import type { InstanceEnvironment } from "./instance.js";

/** Milliseconds that the start of a backend may take. The limit is high, because the machine may be busy. */
const START_WITHIN = 60_000;

/** One instance of the backend. It can be killed, and started again at the same address. */
export class Backend {
  readonly url: string;
  readonly #environment: InstanceEnvironment;
  #process: ChildProcess | undefined;
  #frozen: (() => void) | undefined;
  /** Resolves when the process is killed, to the time of the kill in milliseconds since 1970. */
  killed: Promise<number> = Promise.resolve(0);
  /** The error if the process has ended without having been killed. This means that the test has failed. */
  fault: Error | undefined;

  constructor(environment: InstanceEnvironment) {
    this.#environment = environment;
    this.url = `http://127.0.0.1:${environment.PORT}/api`;
  }

  get runs(): boolean {
    return this.#process !== undefined;
  }

  /** Starts the process and waits until it accepts requests. @throws Error if the process ends before that */
  async start(): Promise<void> {
    // Starts the process detached, so that Ctrl-C in the terminal reaches only the supervisor, which is this process.
    const child = fork(ENTRY, {
      env: { ...process.env, ...this.#environment },
      execArgv: [],
      detached: true,
    });
    this.#process = child;
    this.killed = this.#end(child);
    const ready = new Promise<void>((resolve) =>
      child.on("message", (message) => {
        const news = message as News;
        if (news.kind === "ready") resolve();
        else this.#frozen?.();
      }),
    );
    const late = setTimeout(() => child.kill("SIGKILL"), START_WITHIN);
    const died = this.killed.then(() => {
      throw new Error("a backend ended while it started");
    });
    await Promise.race([ready, died]).finally(() => clearTimeout(late));
    died.catch(() => undefined);
  }

  async #end(child: ChildProcess): Promise<number> {
    const [code, signal] = (await once(child, "exit")) as [number | null, string | null];
    this.#process = undefined;
    if (signal === "SIGKILL") return Date.now();
    this.fault ??= new Error(`a backend ended by itself: ${String(code)} ${String(signal)}`);
    throw this.fault;
  }

  /** Tells the process to die or to freeze when it reaches a crash point. Resolves when the process has frozen. */
  order(order: KillOrder): Promise<void> {
    this.#tell(order);
    return new Promise((resolve) => (this.#frozen = resolve));
  }

  /** Cancels the last order to die or to freeze. */
  cancelOrder(): void {
    this.#tell("none");
  }

  #tell(order: KillOrder | "none"): void {
    // Ignores the error that `send` reports if the process is already dead. The promise `killed` reports its death.
    this.#process?.send(order, () => undefined);
  }

  /** Sends SIGKILL if the process is still running. */
  kill(): void {
    this.#process?.kill("SIGKILL");
  }

  wake(): void {
    this.#process?.kill("SIGCONT");
  }
}
