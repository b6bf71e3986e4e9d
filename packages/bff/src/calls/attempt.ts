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

/** Milliseconds between the attempt's commit and the connection: a token may have to be asked for in between. */
export const PREPARED_LEASE_MS = 30_000;

/** One request to UIS for a call: sent once at most, by the instance that has begun it. */
export interface Attempt {
  call: CallRow;
  /** Also the JSON-RPC `id` of the request. */
  id: number;
  /** With it, a noteworthy part of what the tenant may spend is spent. */
  spent?: Spent | undefined;
  /** To be told to whoever is called. */
  notice?: OptOutNotice | undefined;
}

/** What attempts of one instance have in common. */
export interface AttemptContext {
  /** This instance's id, new at each start. */
  owner: string;
  /** None: as many calls as are asked for. */
  quotas?: CallQuotas | undefined;
  /** None: no call tells how to opt out. */
  notices?: OptOutNotices | undefined;
}

/** What a call is while it is dialled for the first time; see {@link recordAttempt}. */
export const dialled = (call: CallRow, now: Date): CallRow => ({
  ...call,
  status: "dialing",
  updated_at: now.toISOString(),
  attempts: 1,
  due_at: later(now, PREPARED_LEASE_MS),
});

/**
 * Begins the one attempt to send this call to UIS: moves it to `dialing` and writes the attempt down. None for a call that
 * is not, or no longer, waiting for it, and none while calls are paused. Holds once the transaction is committed, not
 * before. A call beyond the tenant's limits gets none either: it is left to a person, or waits for others to end. Nor
 * does one to a number that is blocked, or to a phone that another call rings.
 *
 * The unique indexes of the store refuse what the lookup of other calls may have missed.
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
 * The attempt of a call that is `dialing` since this transaction, and whom nobody has forbidden. None where it is beyond
 * the tenant's limits.
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
  if (attempt === undefined) throw new Error("an attempt was not written down");
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

/** Undoes the first step of an attempt: the call has had no attempt. */
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
