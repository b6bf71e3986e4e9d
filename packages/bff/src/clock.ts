import { setTimeout as sleep } from "node:timers/promises";

/** Source of time. Parts that need the time get a clock as an argument, so that tests can control it. */
export interface Clock {
  /** Wall-clock time, for records. */
  now(): Date;
  /** Milliseconds since an arbitrary start, for durations. Never goes back. */
  monotonic(): number;
  /** Whether the computer's clock is unchanged since the process started, apart from small corrections. */
  steady(): boolean;
  /** Resolves with `true` after `ms` milliseconds, or at once with `false` when `signal` is aborted. */
  sleep(ms: number, signal?: AbortSignal): Promise<boolean>;
}

/** Changes of the computer's clock below this many milliseconds count as small corrections. */
const MOST_SET = 60_000;

/**
 * Reads the computer's wall-clock time once, when the process starts, and then advances it by the monotonic
 * clock. A later change of the computer's clock therefore neither hastens nor delays calls.
 */
export const systemClock: Clock = {
  now: () => new Date(performance.timeOrigin + performance.now()),
  monotonic: () => performance.now(),
  steady: () => Math.abs(Date.now() - performance.timeOrigin - performance.now()) < MOST_SET,
  sleep: (ms, signal) => sleep(ms, true, { signal, ref: false }).catch(() => false),
};

/** Returns the time that is `ms` milliseconds after `time`, as text for the database. */
export const later = (time: Date, ms: number): string => new Date(time.getTime() + ms).toISOString();
