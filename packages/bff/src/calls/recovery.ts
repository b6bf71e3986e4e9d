import type { Transaction } from "kysely";
import { enqueueLeads } from "../notifications/outbox.js";
import type { CallRow, Tables } from "../store/tables.js";
import { isUnderWay } from "./under-way.js";

/** An interrupted call and the id of its attempt. */
interface Interrupted extends Pick<CallRow, "id" | "attempts"> {
  attempt: number;
}

/**
 * Recovers calls whose instance has crashed or whose time limit has passed. If the attempt was certainly not
 * sent, it is taken back and the call waits again. If it may have been sent, the call becomes `unknown` and is
 * never dialled again.
 *
 * @param alive ids of the running instances; their attempts are left alone until the time limit passes
 */
export async function recoverCalls(
  transaction: Transaction<Tables>,
  alive: readonly string[],
  now: Date,
): Promise<CallRow[]> {
  const found = await transaction
    .selectFrom("calls")
    .innerJoin("attempts", (join) =>
      join.onRef("attempts.call_id", "=", "calls.id").onRef("attempts.number", "=", "calls.attempts"),
    )
    .select(["calls.id", "calls.attempts", "attempts.id as attempt", "attempts.phase"])
    .where(isUnderWay)
    .where("calls.status", "=", "dialing")
    .where((row) =>
      row.or([row("calls.due_at", "<=", now.toISOString()), row("attempts.owner", "not in", alive)]),
    )
    .execute();
  const changed = [];
  for (const one of found) {
    const unused = one.phase === "prepared" && (await abandon(transaction, one.attempt));
    const call = unused ? await putBack(transaction, one, now) : await leaveUnknown(transaction, one, now);
    if (call !== undefined) changed.push(call);
  }
  await enqueueLeads(
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

const putBack = (
  transaction: Transaction<Tables>,
  interrupted: Interrupted,
  now: Date,
): Promise<CallRow | undefined> =>
  end(transaction, interrupted, {
    status: "waiting",
    reason: "interrupted",
    updated_at: now.toISOString(),
    due_at: now.toISOString(),
  });

async function leaveUnknown(
  transaction: Transaction<Tables>,
  interrupted: Interrupted,
  now: Date,
): Promise<CallRow | undefined> {
  const updated_at = now.toISOString();
  const call = await end(transaction, interrupted, { status: "unknown", reason: "interrupted", updated_at });
  if (call === undefined) return undefined;
  await transaction
    .updateTable("attempts")
    .set({ finished_at: updated_at, outcome: "interrupted" })
    .where("id", "=", interrupted.attempt)
    .execute();
  return call;
}

/**
 * Changes the call only if this attempt is still its latest. Its owner or another instance may have begun the
 * next attempt since the lookup.
 */
const end = (
  transaction: Transaction<Tables>,
  { id, attempts }: Interrupted,
  change: Partial<CallRow>,
): Promise<CallRow | undefined> =>
  transaction
    .updateTable("calls")
    .set(change)
    .where("id", "=", id)
    .where("status", "=", "dialing")
    .where("attempts", "=", attempts)
    .returningAll()
    .executeTakeFirst();
