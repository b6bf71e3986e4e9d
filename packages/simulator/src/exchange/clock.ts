/** The clock of the simulated exchange, so that tests can replace the system's clock. All times are in milliseconds. */
export interface Clock {
  /** Milliseconds since 1970 (UTC). */
  now(): number;
  setTimeout(run: () => void, ms: number): unknown;
  clearTimeout(handle: unknown): void;
}

/** Longest delay that a timer of Node.js can have, in milliseconds. A timer with a longer delay would run at once. */
const LONGEST_TIMER = 2 ** 31 - 1;

/** The clock of the computer. */
export const systemClock: Clock = {
  now: () => Date.now(),
  setTimeout: (run, ms) => setTimeout(run, Math.min(ms, LONGEST_TIMER)),
  clearTimeout: (handle) => clearTimeout(handle as NodeJS.Timeout),
};

interface Timer {
  at: number;
  run: () => void;
}

/**
 * A clock that advances only when a test calls `advance`. With it, a test need not really wait while a phone rings for
 * a minute.
 *
 * @example
 * const clock = new ManualClock();
 * const uis = new UisSimulator({ clock });
 * await clock.advance(60_000);
 */
export class ManualClock implements Clock {
  #now: number;
  readonly #timers = new Set<Timer>();

  /** @param now the time at first, in milliseconds since 1970; default: noon of 2027-01-01 UTC */
  constructor(now: number = Date.UTC(2027, 0, 1, 12)) {
    this.#now = now;
  }

  now(): number {
    return this.#now;
  }

  setTimeout(run: () => void, ms: number): unknown {
    const timer = { at: this.#now + Math.max(0, ms), run };
    this.#timers.add(timer);
    return timer;
  }

  clearTimeout(handle: unknown): void {
    this.#timers.delete(handle as Timer);
  }

  /**
   * Advances the clock by `ms` milliseconds, and runs the timers that become due, in order. After each timer, waits
   * until promises have settled.
   */
  async advance(ms: number): Promise<void> {
    const end = this.#now + ms;
    await promisesSettle();
    for (let timer = this.#next(end); timer; timer = this.#next(end)) {
      this.#timers.delete(timer);
      this.#now = timer.at;
      timer.run();
      await promisesSettle();
    }
    this.#now = end;
  }

  #next(end: number): Timer | undefined {
    let first: Timer | undefined;
    for (const timer of this.#timers) {
      if (timer.at <= end && (!first || timer.at < first.at)) first = timer;
    }
    return first;
  }
}

const promisesSettle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** A group of timers that can be stopped together. Their delays are in seconds. */
export class Timers {
  readonly #clock: Clock;
  readonly #running = new Set<unknown>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  after(seconds: number, run: () => void): void {
    const handle = this.#clock.setTimeout(() => {
      this.#running.delete(handle);
      run();
    }, seconds * 1000);
    this.#running.add(handle);
  }

  stop(): void {
    for (const handle of this.#running) this.#clock.clearTimeout(handle);
    this.#running.clear();
  }
}
