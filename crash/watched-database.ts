import type { Database } from "@uis-call/bff";
import type { CrashPoint } from "./crash-points.js";

/** Crash points that lie just before the commit of a write to the database, by the name of the write. */
const BEFORE_COMMIT: Partial<Record<string, CrashPoint>> = {
  accept: "C0",
  confirmSend: "C3-connected",
  settle: "C5",
  delivered: "C7",
};

/** Crash points that lie just after the commit of a write to the database, by the name of the write. */
const AFTER_COMMIT: Partial<Record<string, CrashPoint>> = {
  accept: "C1",
  take: "C2",
  begin: "C3",
  confirmSend: "C3-marked",
  settle: "C6",
};

/**
 * Wraps a database, and calls `passing` at each crash point. All these points lie just before or after a commit, so the
 * backend itself needs no code for the tests.
 */
export const watch = (db: Database, passing: (point: CrashPoint) => void): Database => {
  const tell = (point: CrashPoint | undefined): void => {
    if (point !== undefined) passing(point);
  };
  return {
    engine: db.engine,
    query: db.query,
    async write(name, work) {
      const result = await db.write(name, async (transaction) => {
        const outcome = await work(transaction);
        tell(BEFORE_COMMIT[name]);
        return outcome;
      });
      tell(AFTER_COMMIT[name]);
      return result;
    },
    close: () => db.close(),
  };
};
