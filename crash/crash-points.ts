/** Points at which a backend is killed, in the order in which a call reaches them. */
export const CRASH_POINTS = {
  C0: "request read, before its commit",
  C1: "committed, before the 202",
  C2: "202 sent, before an attempt",
  C3: "attempt committed, before the connection",
  "C3-connected": "connected, before the marker's commit",
  "C3-marked": "marker committed, before the first byte",
  C4: "bytes sent, no answer read",
  C5: "answer read, before its commit",
  C6: "result committed, before the visitor sees it",
  C7: "note for a person sent, before that is committed",
  random: "any moment under load",
} as const;

export type CrashPoint = keyof typeof CRASH_POINTS;

export const crashPoints = Object.keys(CRASH_POINTS) as CrashPoint[];

/** Orders a backend to die or to freeze once, when it reaches a point for the `nth` time. */
export interface KillOrder {
  point: CrashPoint;
  nth: number;
  /** `freeze` stops the process, as when a virtual machine is paused, until the supervisor wakes it. */
  how: "die" | "freeze";
}

/** Messages of a backend to the supervisor. */
export type News = { kind: "ready" } | { kind: "frozen" };
