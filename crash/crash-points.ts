/**
 * The points at which a backend is killed, in the order in which a call reaches them. "Marker" is the record that a
 * request may have been sent to UIS: the backend commits it before it sends the first byte.
 */
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

/** Tells a backend to die or to freeze once, when it reaches the crash point for the `nth` time. */
export interface KillOrder {
  point: CrashPoint;
  nth: number;
  /**
   * `die` kills the process. `freeze` stops the process until the supervisor wakes it, as when a virtual machine is
   * paused.
   */
  how: "die" | "freeze";
}

/** Messages that a backend sends to the supervisor, which is the process that starts and kills the backends. */
export type News = { kind: "ready" } | { kind: "frozen" };
