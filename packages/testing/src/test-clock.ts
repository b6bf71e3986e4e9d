import type { Clock } from "@uis-call/bff";

/** A clock that stands still until a test advances it. */
export class TestClock implements Clock {
  #ms = Date.parse("2026-11-23T09:00:00Z");
  readonly #sleepers = new Set<{ until: number; wake: (slept: boolean) => void }>();

  now = (): Date => new Date(this.#ms);
  monotonic = (): number => this.#ms;
  /** Set by a test to pretend that the time of the computer's clock was changed. */
  wasSet = false;
  steady = (): boolean => !this.wasSet;

  sleep = (ms: number, signal?: AbortSignal): Promise<boolean> =>
    new Promise((resolve) => {
      const wake = (slept: boolean): void => {
        signal?.removeEventListener("abort", stop);
        resolve(slept);
      };
      const stop = (): void => wake(false);
      if (signal?.aborted === true) {
        resolve(false);
        return;
      }
      this.#sleepers.add({ until: this.#ms + ms, wake });
      signal?.addEventListener("abort", stop);
    });

  advance(ms: number): void {
    this.#ms += ms;
    for (const sleeper of this.#sleepers) {
      if (sleeper.until > this.#ms) continue;
      this.#sleepers.delete(sleeper);
      sleeper.wake(true);
    }
  }
}

/**
 * Creates a test clock that starts at the current time. Tests of the proof of work need it, because altcha-lib always
 * uses the computer's clock.
 */
export function clockOfToday(): TestClock {
  const clock = new TestClock();
  clock.advance(Date.now() - clock.now().getTime());
  return clock;
}
