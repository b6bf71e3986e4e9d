import { setTimeout as sleep } from "node:timers/promises";

/** Time as the rest of the program sees it, so that tests can hold it in their hands. */
export interface Clock {
  /** Wall-clock time, for what is written down. */
  now(): Date;
  /** Milliseconds from an arbitrary start, never set back: for durations. */
  monotonic(): number;
  /** Whether the computer's clock still says what it should, counted from the start of the process. */
  steady(): boolean;
  /** Resolves after `ms`, or at once with `false` when `signal` is aborted. */
  sleep(ms: number, signal?: AbortSignal): Promise<boolean>;
}

/** The most the computer's clock may have been set, either way, in milliseconds. */
const MOST_SET = 60_000;

/**
 * Wall-clock time as it was at the start of the process, carried on by the monotonic clock: setting the computer's
 * clock neither hastens nor delays a call.
 */
export const systemClock: Clock = {
  now: () => new Date(performance.timeOrigin + performance.now()),
  monotonic: () => performance.now(),
  steady: () => Math.abs(Date.now() - performance.timeOrigin - performance.now()) < MOST_SET,
  sleep: (ms, signal) => sleep(ms, true, { signal, ref: false }).catch(() => false),
};

/** The time `ms` milliseconds after another, as the database has it. */
export const later = (time: Date, ms: number): string => new Date(time.getTime() + ms).toISOString();
