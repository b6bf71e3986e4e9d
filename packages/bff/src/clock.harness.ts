import type { Clock } from "./clock.js";

/** Lets a test hold time in its hands: nothing passes until it says so. */
export class TestClock implements Clock {
  #ms = Date.parse("2026-11-23T09:00:00Z");
  readonly #sleepers: { until: number; wake: (slept: boolean) => void }[] = [];

  now = (): Date => new Date(this.#ms);
  monotonic = (): number => this.#ms;

  sleep = (ms: number, signal?: AbortSignal): Promise<boolean> =>
    new Promise((resolve) => {
      this.#sleepers.push({ until: this.#ms + ms, wake: resolve });
      signal?.addEventListener("abort", () => resolve(false));
    });

  advance(ms: number): void {
    this.#ms += ms;
    for (const { until, wake } of this.#sleepers) if (until <= this.#ms) wake(true);
  }
}
