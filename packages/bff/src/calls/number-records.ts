import { type Expression, type ExpressionBuilder, sql, type SqlBool } from "kysely";
import type { Database } from "../store/database.js";
import { blockOf } from "../store/number-blocks.js";
import type { NumberCipher } from "../store/number-cipher.js";
import type { CallRow, Tables } from "../store/tables.js";
import { erase } from "./erasure.js";
import { isUnderWay, WAITING } from "./under-way.js";

/** Calls per transaction. */
const BATCH = 200;

/** Yields everything the database holds about a number, for requests of its owner (GDPR art. 15, 152-FZ art. 14). */
export async function* recordsOf(
  db: Database,
  cipher: NumberCipher,
  number: string,
): AsyncGenerator<Record<string, unknown>> {
  const hash = cipher.hash(number);
  for (const call of await callsOf(db, hash)) {
    yield callRecord(call, cipher, hash);
    const notifications = await db.query
      .selectFrom("notifications")
      .selectAll()
      .where("call_id", "=", call.id)
      .execute();
    for (const { id, status, reason, occurred_at, delivered_at } of notifications) {
      yield {
        kind: "notification",
        id,
        call: call.id,
        status,
        reason,
        occurredAt: occurred_at,
        deliveredAt: delivered_at,
      };
    }
  }
  const block = await blockOf(db.query, hash);
  if (block !== undefined) yield { kind: "block", blockedAt: block.blocked_at, by: block.by };
  const codes = await db.query
    .selectFrom("opt_out_codes")
    .selectAll()
    .where("number_hash", "=", hash)
    .execute();
  for (const { call_id, expires_at, used_at } of codes) {
    yield { kind: "code", call: call_id, expiresAt: expires_at, usedAt: used_at };
  }
  const counts = await db.query
    .selectFrom("limit_counts")
    .selectAll()
    .where(sql<boolean>`bucket like ${`%${hash.replaceAll("_", "!_")}%`} escape '!'`)
    .execute();
  for (const { bucket, used, window_start, ends_at } of counts) {
    yield {
      kind: "count",
      of: bucket.replace(hash, "the number"),
      used,
      since: window_start,
      until: ends_at,
    };
  }
}

/**
 * Erases all calls with the number, on either side. Cancels those that have not been sent to UIS: otherwise a
 * stranger's call in two weeks would put the erasure off. A block stays, as a hash only, because it keeps the number
 * from being called.
 *
 * @returns the number of calls erased
 * @throws Error with a hint while a call with the number is being dialled, which needs the number
 */
export async function forget(db: Database, cipher: NumberCipher, number: string, now: Date): Promise<number> {
  const hash = cipher.hash(number);
  return db.write("forget", async (transaction) => {
    // Cancelled first, so that none of them can be dialled meanwhile.
    await transaction
      .updateTable("calls")
      .set({ status: "cancelled", reason: null, updated_at: now.toISOString() })
      .where(withNumber(hash))
      .where("status", "in", WAITING)
      .execute();
    const calls = await transaction
      .selectFrom("calls")
      .select(["id", isUnderWay.as("underWay")])
      .where(withNumber(hash))
      .execute();
    // SQLite returns 0 and 1 for booleans.
    if (calls.some(({ underWay }) => Boolean(underWay))) {
      throw new Error(
        "a call with this number is being dialled, nothing was forgotten: try again when it is over, in a few minutes",
      );
    }
    for (let begin = 0; begin < calls.length; begin += BATCH) {
      await erase(
        transaction,
        calls.slice(begin, begin + BATCH).map(({ id }) => id),
        now,
      );
    }
    return calls.length;
  });
}

/** Matches calls with the number on either side. */
const withNumber =
  (hash: string) =>
  (row: ExpressionBuilder<Tables, "calls">): Expression<SqlBool> =>
    row.or([row("visitor_hash", "=", hash), row("office_hash", "=", hash)]);

const callsOf = (db: Database, hash: string): Promise<CallRow[]> =>
  db.query.selectFrom("calls").selectAll().where(withNumber(hash)).orderBy("created_at").execute();

/** Shows only the number in question of the two: the other belongs to another person. */
const callRecord = (call: CallRow, cipher: NumberCipher, hash: string) => {
  const side = call.visitor_hash === hash ? "visitor" : "office";
  const encrypted = side === "visitor" ? call.visitor_number : call.office_number;
  return {
    kind: "call",
    id: call.id,
    tenant: call.tenant,
    target: call.target,
    side,
    phone: encrypted && cipher.decrypt(encrypted),
    status: call.status,
    reason: call.reason,
    createdAt: call.created_at,
    updatedAt: call.updated_at,
    scheduledFor: call.scheduled_for,
    ...(side === "visitor" && {
      reference: call.reference,
      identity: call.identity,
      locale: call.locale,
      page: call.page,
      variables: JSON.parse(call.variables) as unknown,
    }),
    ...(side === "visitor" &&
      call.consent_text !== null && {
        consent: {
          text: call.consent_text,
          version: call.consent_version,
          at: call.created_at,
          page: call.page,
          address: call.consent_address && cipher.decrypt(call.consent_address),
        },
      }),
  };
};
