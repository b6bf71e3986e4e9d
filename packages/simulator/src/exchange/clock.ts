/** The source of time for the exchange. All times are in milliseconds. */
export interface Clock {
  /** Milliseconds since 1970 (UTC). */
  now(): number;
  setTimeout(run: () => void, ms: number): unknown;
  clearTimeout(handle: unknown): void;
}

/** Longest delay of a timer in milliseconds. Node runs a timer with a longer delay immediately. */
const LONGEST_TIMER = 2 ** 31 - 1;

/** The system's clock. */
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
 * A clock that advances only when a test calls `advance`, so that a test does not have to wait for sixty seconds of
 * ringing.
 *
 * @example
 * const clock = new ManualClock();
 * const uis = new UisSimulator({ clock });
 * await clock.advance(60_000);
 */
export class ManualClock implements Clock {
  #now: number;
  readonly #timers = new Set<Timer>();

  /** @param now milliseconds since 1970; by default noon of 2027-01-01 UTC */
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

  /** Advances the clock by `ms` and runs due timers in order. After each timer, waits until promises have settled. */
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

/** Timers that can be stopped together. Delays are in seconds. */
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
