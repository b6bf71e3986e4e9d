import type { Clock } from "./clock.js";

export interface BackgroundLoopOptions {
  clock: Clock;
  /** Milliseconds between two turns. */
  everyMs: number;
  /** Waits before the first turn, too; default: the first turn comes at once. */
  waitFirst?: boolean;
  /** The work of one turn. */
  turn: () => unknown;
  /** Logs why a turn failed; the loop goes on. */
  onError: (error: unknown) => void;
}

/** Work that is done again and again until it is stopped. One turn at a time; a turn that fails ends nothing. */
export class BackgroundLoop {
  readonly #options: BackgroundLoopOptions;
  readonly #stopping = new AbortController();
  #running: Promise<void> | undefined;

  constructor(options: BackgroundLoopOptions) {
    this.#options = options;
  }

  /** Aborted once the loop is stopped: a long turn ends early by it. */
  get signal(): AbortSignal {
    return this.#stopping.signal;
  }

  /** Begins the first turn; once only. */
  start(): void {
    this.#running ??= this.#run();
  }

  /** Begins no further turn and resolves once the present one has ended. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#running;
  }

  async #run(): Promise<void> {
    const { clock, everyMs, waitFirst = false } = this.#options;
    const { signal } = this.#stopping;
    if (!waitFirst && !signal.aborted) await this.#turn();
    while ((await clock.sleep(everyMs, signal)) && !signal.aborted) await this.#turn();
  }

  async #turn(): Promise<void> {
    const { turn, onError } = this.#options;
    try {
      await turn();
    } catch (error) {
      onError(error);
    }
  }
}
