import type { Accepted, LedgerView } from "./checker.js";
import type { CrashPoint } from "./crash-points.js";

/** One kill of a backend by SIGKILL. Times are in milliseconds since 1970. */
export interface Kill {
  point: CrashPoint;
  /** The backend's address. */
  backend: string;
  at: number;
  /** Time when the restarted backend accepted requests again. */
  readyAt: number;
}

/**
 * Returns the recovery times: for each kill that interrupted calls, the milliseconds from the kill until the last of
 * these calls was over.
 */
export function decisionTimes(
  kills: readonly Kill[],
  accepted: readonly Accepted[],
  ledger: LedgerView,
): number[] {
  const endedAt = new Map(ledger.calls.map(({ id, updatedAt }) => [id, updatedAt]));
  // Leaves out scheduled calls: they end some time after they are due, so their end does not show when the recovery was
  // done.
  const calls = accepted.filter(({ scheduled }) => !scheduled);
  return kills.flatMap(({ backend, at }) => {
    const left = calls.filter(({ id, asked }) => {
      const first = asked.find((one) => one.backend === backend);
      return first !== undefined && first.at < at && (endedAt.get(id) ?? 0) > at;
    });
    if (left.length === 0) return [];
    return [Math.max(...left.map(({ id }) => (endedAt.get(id) ?? 0) - at))];
  });
}
