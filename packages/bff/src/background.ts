import type { Clock } from "./clock.js";

export interface BackgroundLoopOptions {
  clock: Clock;
  /** Milliseconds between two turns. */
  everyMs: number;
  /** Whether the loop also waits before the first turn. Default: false, the first turn begins at once. */
  waitFirst?: boolean;
  /** The work of one turn. */
  turn: () => unknown;
  /** Called with the error of a failed turn. The loop continues. */
  onError: (error: unknown) => void;
}

/**
 * Repeats a piece of work at intervals until it is stopped. Turns never overlap, and a failed turn does not end
 * the loop.
 */
export class BackgroundLoop {
  readonly #options: BackgroundLoopOptions;
  readonly #stopping = new AbortController();
  /** Ends the current wait between two turns. */
  #waking = new AbortController();
  #running: Promise<void> | undefined;

  constructor(options: BackgroundLoopOptions) {
    this.#options = options;
  }

  /** Signal that is aborted when the loop is stopped, so that a long turn can end early. */
  get signal(): AbortSignal {
    return this.#stopping.signal;
  }

  /** Starts the loop. Has no effect if the loop was started before. */
  start(): void {
    this.#running ??= this.#run();
  }

  /** Begins the next turn at once, or when the current turn has ended, instead of at the end of the interval. */
  wake(): void {
    this.#waking.abort();
  }

  /** Stops the loop. Resolves when the current turn has ended. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    this.wake();
    await this.#running;
  }

  async #run(): Promise<void> {
    const { clock, everyMs, waitFirst = false } = this.#options;
    const { signal } = this.#stopping;
    if (!waitFirst) await this.#turn();
    while ((await clock.sleep(everyMs, this.#waking.signal)) || !signal.aborted) await this.#turn();
  }

  async #turn(): Promise<void> {
    const { turn, onError } = this.#options;
    if (this.#stopping.signal.aborted) return;
    this.#waking = new AbortController();
    try {
      await turn();
    } catch (error) {
      onError(error);
    }
  }
}
