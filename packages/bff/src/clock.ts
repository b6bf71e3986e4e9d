import { setTimeout as sleep } from "node:timers/promises";

/** Source of time. Passed in everywhere, so that tests control it. */
export interface Clock {
  /** Wall-clock time, for records. */
  now(): Date;
  /** Milliseconds since an arbitrary start, for durations. Never goes back. */
  monotonic(): number;
  /** Whether the computer's clock has not been changed since the process started. */
  steady(): boolean;
  /** Resolves with `true` after `ms` milliseconds, or at once with `false` when `signal` is aborted. */
  sleep(ms: number, signal?: AbortSignal): Promise<boolean>;
}

/** Milliseconds by which the computer's clock may be changed and still count as steady. */
const MOST_SET = 60_000;

/**
 * Wall-clock time from the start of the process, advanced by the monotonic clock, so that changing the computer's
 * clock neither hastens nor delays calls.
 */
export const systemClock: Clock = {
  now: () => new Date(performance.timeOrigin + performance.now()),
  monotonic: () => performance.now(),
  steady: () => Math.abs(Date.now() - performance.timeOrigin - performance.now()) < MOST_SET,
  sleep: (ms, signal) => sleep(ms, true, { signal, ref: false }).catch(() => false),
};

/** Returns the time `ms` milliseconds after another, as text for the database. */
export const later = (time: Date, ms: number): string => new Date(time.getTime() + ms).toISOString();
