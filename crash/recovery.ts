import type { Accepted, LedgerView } from "./checker.js";
import type { CrashPoint } from "./crash-points.js";

/** One `kill -9`. Times are milliseconds since 1970. */
export interface Kill {
  point: CrashPoint;
  /** Address of the backend. */
  backend: string;
  at: number;
  /** It took requests again. */
  readyAt: number;
}

/** For each kill that left calls behind: milliseconds until the last of them was over. */
export function decisionTimes(
  kills: readonly Kill[],
  accepted: readonly Accepted[],
  ledger: LedgerView,
): number[] {
  const endedAt = new Map(ledger.calls.map(({ id, updatedAt }) => [id, updatedAt]));
  // A call for later is over when its time has come, however soon everything else is.
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
