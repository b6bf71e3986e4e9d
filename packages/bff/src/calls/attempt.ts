import type { Transaction } from "kysely";
import { later } from "../clock.js";
import { enqueueLeads } from "../notifications/outbox.js";
import { Statement } from "../store/statement.js";
import type { AttemptRow, CallRow, Tables } from "../store/tables.js";
import type { CallQuotas, Spent } from "./call-quotas.js";
import { callsInTheWay, lockPhones } from "./busy-phones.js";
import { isNotProhibited } from "./prohibitions.js";
import type { OptOutNotice, OptOutNotices } from "./opt-out-notices.js";
import { BUSY_WAIT_MS, isForAPerson, WAITING } from "./under-way.js";

/**
 * Time limit in milliseconds from the start of an attempt until its connection to UIS is open. The time
 * includes a request for a new UIS token.
 */
export const PREPARED_LEASE_MS = 30_000;

/**
 * One request to UIS for a call. Only the instance that began the attempt sends the request, and it sends it at
 * most once.
 */
export interface Attempt {
  call: CallRow;
  /** Id of the attempt, and the JSON-RPC `id` of the request. */
  id: number;
  /**
   * Share of the tenant's quota that has been used. Set only if this call reaches a share that is worth a
   * warning.
   */
  spent?: Spent | undefined;
  /** Opt-out notice that UIS speaks to the person called. */
  notice?: OptOutNotice | undefined;
}

/** What all attempts of one instance share. */
export interface AttemptContext {
  /** Id of this instance. It is new each time the process starts. */
  owner: string;
  /** Call quotas. If absent, no call is limited. */
  quotas?: CallQuotas | undefined;
  /** Opt-out notices. If absent, no call speaks one. */
  notices?: OptOutNotices | undefined;
}

/**
 * Returns the row of a new call whose first attempt begins now. The attempt itself is recorded by {@link
 * recordAttempt}.
 */
export const dialled = (call: CallRow, now: Date): CallRow => ({
  ...call,
  status: "dialing",
  updated_at: now.toISOString(),
  attempts: 1,
  due_at: later(now, PREPARED_LEASE_MS),
});

/**
 * Begins an attempt: sets the call to `dialing` and records the attempt. The attempt may be sent only after the
 * transaction is committed.
 *
 * Returns undefined when the call is not waiting, its deadline has passed, calls are paused, its number is
 * blocked, another call must end first, or a quota is full. If a quota is full, the call is held; if there are
 * too many simultaneous calls, it waits.
 *
 * This function cannot see a call on the same phone that begins at the same moment. Unique indexes of the
 * database refuse the second call.
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
 * Records the attempt of a call that this transaction has set to `dialing` and that is not prohibited. Returns
 * undefined when a quota is full.
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

/** Takes back an attempt because a quota is full. The call is held or waits, and the attempt does not count. */
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
  if (isForAPerson(call)) await enqueueLeads(transaction, [call]);
}
