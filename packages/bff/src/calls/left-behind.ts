import type { Transaction } from "kysely";
import { handOver } from "../handover/outbox.js";
import type { CallRow, Tables } from "../store/tables.js";
import { isUnderWay } from "./under-way.js";

/**
 * Looks after permits whose holder is gone or has had its time. One that is certainly unused is taken back, and its
 * call waits again; one that may have been used leaves its call `unknown`, never to be sent again.
 *
 * @param alive instances whose permits count until their time is over
 */
export async function recoverPermits(
  transaction: Transaction<Tables>,
  alive: readonly string[],
  now: Date,
): Promise<CallRow[]> {
  const left = await transaction
    .selectFrom("calls")
    .innerJoin("attempts", (join) =>
      join.onRef("attempts.call_id", "=", "calls.id").onRef("attempts.number", "=", "calls.attempts"),
    )
    .select(["calls.id", "attempts.id as attempt", "attempts.phase"])
    .where(isUnderWay)
    .where("calls.status", "=", "dialing")
    .where((row) =>
      row.or([row("calls.due_at", "<=", now.toISOString()), row("attempts.owner", "not in", alive)]),
    )
    .execute();
  const changed = [];
  for (const { id, attempt, phase } of left) {
    const call =
      phase === "prepared" && (await abandon(transaction, attempt))
        ? await putBack(transaction, id, now)
        : await leaveUnknown(transaction, id, attempt, now);
    if (call !== undefined) changed.push(call);
  }
  await handOver(
    transaction,
    changed.filter(({ status }) => status === "unknown"),
  );
  return changed;
}

async function abandon(transaction: Transaction<Tables>, attempt: number): Promise<boolean> {
  const { numUpdatedRows } = await transaction
    .updateTable("attempts")
    .set({ phase: "abandoned" })
    .where("id", "=", attempt)
    .where("phase", "=", "prepared")
    .executeTakeFirstOrThrow();
  return numUpdatedRows === 1n;
}

const putBack = (transaction: Transaction<Tables>, id: string, now: Date): Promise<CallRow | undefined> =>
  transaction
    .updateTable("calls")
    .set({
      status: "waiting",
      reason: "interrupted",
      updated_at: now.toISOString(),
      due_at: now.toISOString(),
    })
    .where("id", "=", id)
    .where("status", "=", "dialing")
    .returningAll()
    .executeTakeFirst();

async function leaveUnknown(
  transaction: Transaction<Tables>,
  id: string,
  attempt: number,
  now: Date,
): Promise<CallRow | undefined> {
  await transaction
    .updateTable("attempts")
    .set({ finished_at: now.toISOString(), outcome: "interrupted" })
    .where("id", "=", attempt)
    .execute();
  return transaction
    .updateTable("calls")
    .set({ status: "unknown", reason: "interrupted", updated_at: now.toISOString() })
    .where("id", "=", id)
    .where("status", "=", "dialing")
    .returningAll()
    .executeTakeFirst();
}
