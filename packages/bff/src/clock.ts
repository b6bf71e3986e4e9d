import { setTimeout as sleep } from "node:timers/promises";

/** Time as the rest of the program sees it, so that tests can hold it in their hands. */
export interface Clock {
  /** Wall-clock time, for what is written down. */
  now(): Date;
  /** Milliseconds from an arbitrary start, never set back: for durations. */
  monotonic(): number;
  /** Resolves after `ms`, or at once with `false` when `signal` is aborted. */
  sleep(ms: number, signal?: AbortSignal): Promise<boolean>;
}

export const systemClock: Clock = {
  now: () => new Date(),
  monotonic: () => performance.now(),
  sleep: (ms, signal) => sleep(ms, true, { signal, ref: false }).catch(() => false),
};
