import type { Database } from "@uis-call/bff";
import type { CrashPoint } from "./crash-points.js";

/** One step of a call, as its write to the database shows. */
type Step = "accept" | "take" | "permit" | "mark" | "verdict" | "delivered";

/** The points just before a step's commit, and just after. */
const BEFORE_COMMIT: Partial<Record<Step, CrashPoint>> = {
  accept: "C0",
  mark: "C3-connected",
  verdict: "C5",
  delivered: "C7",
};
const AFTER_COMMIT: Partial<Record<Step, CrashPoint>> = {
  accept: "C1",
  take: "C2",
  permit: "C3",
  mark: "C3-marked",
  verdict: "C6",
};

/**
 * A database that tells each crash point it passes. The product needs no hooks: a point lies at a commit, and what
 * a write results in tells which step it was.
 */
export function watch(db: Database, passing: (point: CrashPoint) => void): Database {
  const tell = (point: CrashPoint | undefined): void => {
    if (point !== undefined) passing(point);
  };
  return {
    engine: db.engine,
    query: db.query,
    async write(work) {
      const result = await db.write(async (transaction) => {
        const outcome = await work(transaction);
        const step = stepOf(outcome);
        if (step !== undefined) tell(BEFORE_COMMIT[step]);
        return outcome;
      });
      const step = stepOf(result);
      if (step !== undefined) tell(AFTER_COMMIT[step]);
      return result;
    },
    close: () => db.close(),
  };
}

const WAITING: unknown[] = ["accepted", "scheduled", "waiting"];
const ANSWERED: unknown[] = ["placed", "failed", "unknown"];

function stepOf(result: unknown): Step | undefined {
  // Nothing else writes a truth.
  if (result === true) return "mark";
  if (Array.isArray(result)) return stepOfMany(result[0]);
  if (!isObject(result)) return undefined;
  if ("replayed" in result) return result["replayed"] === false ? "accept" : undefined;
  if ("attempt" in result) return "permit";
  return "visitor_number" in result && ANSWERED.includes(result["status"]) ? "verdict" : undefined;
}

function stepOfMany(first: unknown): Step | undefined {
  if (!isObject(first)) return undefined;
  if ("visitor_number" in first) return WAITING.includes(first["status"]) ? "take" : undefined;
  return "numUpdatedRows" in first ? "delivered" : undefined;
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null;
