import type { Transaction } from "kysely";
import { later } from "../clock.js";
import { enqueueNotifications } from "../notifications/outbox.js";
import { Statement } from "../store/statement.js";
import type { AttemptRow, CallRow, Tables } from "../store/tables.js";
import type { CallQuotas, Spent } from "./call-quotas.js";
import { callsInTheWay, lockPhones } from "./busy-phones.js";
import { isNotProhibited } from "./prohibitions.js";
import type { OptOutNotice, OptOutNotices } from "./opt-out-notices.js";
import { BUSY_WAIT_MS, isForAPerson, WAITING } from "./under-way.js";

/** Lease in milliseconds from an attempt's commit to its connection. In between, UIS may be asked for a token. */
export const PREPARED_LEASE_MS = 30_000;

/** An attempt: one request to UIS for a call, sent at most once, by the instance that began it. */
export interface Attempt {
  call: CallRow;
  /** Also the JSON-RPC `id` of the request. */
  id: number;
  /** Share of the tenant's quota that this call has reached, when it is worth a warning. */
  spent?: Spent | undefined;
  /** Opt-out notice to speak to the person called. */
  notice?: OptOutNotice | undefined;
}

/** Context that all attempts of one instance share. */
export interface AttemptContext {
  /** Id of this instance, new at each start. */
  owner: string;
  /** Absent: no quotas. */
  quotas?: CallQuotas | undefined;
  /** Absent: no call tells how to opt out. */
  notices?: OptOutNotices | undefined;
}

/** Returns the row of a new call while its first attempt runs; see {@link recordAttempt}. */
export const dialled = (call: CallRow, now: Date): CallRow => ({
  ...call,
  status: "dialing",
  updated_at: now.toISOString(),
  attempts: 1,
  due_at: later(now, PREPARED_LEASE_MS),
});

/**
 * Begins an attempt: moves the call to `dialing` and records the attempt. The attempt is valid only once the
 * transaction is committed.
 *
 * Returns undefined when the call is not waiting, its deadline has passed, calls are paused, its number is blocked,
 * another call rings its phone, or a quota is full. In the last case the call is held, or waits for other calls to
 * end.
 *
 * Unique indexes of the store catch calls on the same phone that began after the lookup.
 */
export async function beginAttempt(
  transaction: Transaction<Tables>,
  id: string,
  context: AttemptContext,
  now: Date,
): Promise<Attempt | undefined> {
  const waiting = await transaction
    .selectFrom("calls")
    .selectAll()
    .where("id", "=", id)
    .where("status", "in", WAITING)
    .executeTakeFirst();
  if (waiting === undefined) return undefined;
  await lockPhones(transaction, waiting);
  if ((await callsInTheWay(transaction, waiting)).length > 0) return undefined;
  const call = await transaction
    .updateTable("calls")
    .set((row) => ({
      status: "dialing" as const,
      reason: null,
      updated_at: now.toISOString(),
      attempts: row("attempts", "+", 1),
      due_at: later(now, PREPARED_LEASE_MS),
    }))
    .where("id", "=", id)
    .where("status", "in", WAITING)
    .where("deadline_at", ">", now.toISOString())
    .where(isNotProhibited)
    .returningAll()
    .executeTakeFirst();
  return call && recordAttempt(transaction, call, context, now);
}

/**
 * Records the attempt of a call that this transaction has moved to `dialing`, and that is not prohibited. Undefined
 * when a quota is full.
 */
export async function recordAttempt(
  transaction: Transaction<Tables>,
  call: CallRow,
  { owner, quotas, notices }: AttemptContext,
  now: Date,
): Promise<Attempt | undefined> {
  const counted = await quotas?.count(transaction, call, now);
  if (counted?.may === false) {
    await withhold(transaction, call, counted.because, now);
    return undefined;
  }
  const attempt = await ATTEMPT.first(transaction, {
    call_id: call.id,
    number: call.attempts,
    owner,
    started_at: now.toISOString(),
  });
  if (attempt === undefined) throw new Error("an attempt was not stored");
  const notice = await notices?.noticeFor(transaction, call, now);
  return { call, id: attempt.id, spent: counted?.spent, notice };
}

const ATTEMPT = new Statement(
  (query, given: Pick<AttemptRow, "call_id" | "number" | "owner" | "started_at">) =>
    query
      .insertInto("attempts")
      .values({
        call_id: given.call_id,
        number: given.number,
        phase: "prepared",
        owner: given.owner,
        started_at: given.started_at,
      })
      .returning("id"),
);

/** Takes back an attempt for which a quota is full: the call is held, or waits, as if it had had no attempt. */
async function withhold(
  transaction: Transaction<Tables>,
  { id, attempts }: CallRow,
  because: "full" | "busy",
  now: Date,
): Promise<void> {
  const call = await transaction
    .updateTable("calls")
    .set({
      attempts: attempts - 1,
      ...(because === "full"
        ? { status: "held" as const, reason: "limit_reached" as const }
        : { status: "waiting" as const, reason: "service_limit" as const, due_at: later(now, BUSY_WAIT_MS) }),
    })
    .where("id", "=", id)
    .returningAll()
    .executeTakeFirstOrThrow();
  if (isForAPerson(call)) await enqueueNotifications(transaction, [call]);
}
