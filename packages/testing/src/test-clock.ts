import type { Clock } from "@uis-call/bff";

/** Lets a test hold time in its hands: nothing passes until it says so. */
export class TestClock implements Clock {
  #ms = Date.parse("2026-11-23T09:00:00Z");
  readonly #sleepers = new Set<{ until: number; wake: (slept: boolean) => void }>();

  now = (): Date => new Date(this.#ms);
  monotonic = (): number => this.#ms;
  /** Set by a test as if the computer's clock had been set. */
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

/** altcha-lib knows the computer's time only: a clock that begins with it. */
export function clockOfToday(): TestClock {
  const clock = new TestClock();
  clock.advance(Date.now() - clock.now().getTime());
  return clock;
}
