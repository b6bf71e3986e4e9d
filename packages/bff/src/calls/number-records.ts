import { type Expression, type ExpressionBuilder, sql, type SqlBool } from "kysely";
import type { DeletedColumn, Side, Type } from "../store/column.js";
import { CALLS, NOTIFICATIONS, OPT_OUT_CODES } from "../store/columns.js";
import type { Database } from "../store/database.js";
import { blockOf } from "../store/number-blocks.js";
import type { NumberCipher } from "../store/number-cipher.js";
import type { CallRow, Tables } from "../store/tables.js";
import { erase } from "./erasure.js";
import { isUnderWay, WAITING } from "./under-way.js";

/** Calls per transaction. */
const BATCH = 200;

/**
 * Yields everything that the database holds about a telephone number, for a request of the number's owner (GDPR
 * art. 15, 152-FZ art. 14).
 */
export async function* recordsOf(
  db: Database,
  cipher: NumberCipher,
  number: string,
): AsyncGenerator<Record<string, unknown>> {
  const hash = cipher.hash(number);
  for (const call of await callsOf(db, hash)) {
    const side = call.visitor_hash === hash ? "visitor" : "office";
    yield callRecord(call, side, cipher);
    const notifications = await db.query
      .selectFrom("notifications")
      .selectAll()
      .where("call_id", "=", call.id)
      .execute();
    for (const row of notifications) {
      yield { kind: "notification", ...recordOf(NOTIFICATIONS, row, side, cipher) };
    }
  }
  const block = await blockOf(db.query, hash);
  if (block !== undefined) yield { kind: "block", blockedAt: block.blocked_at, by: block.by };
  const codes = await db.query
    .selectFrom("opt_out_codes")
    .selectAll()
    .where("number_hash", "=", hash)
    .execute();
  // Only visitors are told a code, so the side is always the visitor's.
  for (const row of codes) yield { kind: "code", ...recordOf(OPT_OUT_CODES, row, "visitor", cipher) };
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
 * Erases all calls with the number, on either side. First cancels those that have not been sent to UIS:
 * otherwise a call that a stranger has scheduled in two weeks' time would delay the erasure. A block of the
 * number stays, as a hash, because it prevents calls to the number.
 *
 * @returns the number of erased calls
 * @throws Error with a hint while a call with the number is being dialled, because dialling needs the number
 */
export async function forget(db: Database, cipher: NumberCipher, number: string, now: Date): Promise<number> {
  const hash = cipher.hash(number);
  return db.write("forget", async (transaction) => {
    // Cancels the waiting calls first, so that none of them is dialled meanwhile.
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
    // Converts the value, because SQLite returns 0 and 1 for booleans.
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

/** Matches calls that have the number on either side. */
const withNumber =
  (hash: string) =>
  (row: ExpressionBuilder<Tables, "calls">): Expression<SqlBool> =>
    row.or([row("visitor_hash", "=", hash), row("office_hash", "=", hash)]);

const callsOf = (db: Database, hash: string): Promise<CallRow[]> =>
  db.query.selectFrom("calls").selectAll().where(withNumber(hash)).orderBy("created_at").execute();

/**
 * Returns the record of a call. Of the two numbers it contains only the requested one, because the other
 * belongs to another person.
 */
function callRecord(call: CallRow, side: Side, cipher: NumberCipher): Record<string, unknown> {
  const { consent, ...record } = recordOf(CALLS, call, side, cipher);
  const given = typeof consent === "object" && call.consent_text !== null;
  return {
    kind: "call",
    side,
    ...record,
    ...(given && { consent: { ...consent, at: call.created_at, page: call.page } }),
  };
}

/** Returns the values of a row that this side of the call may see, as defined in store/columns.ts. */
function recordOf(
  columns: Record<string, DeletedColumn>,
  row: Record<string, unknown>,
  side: Side,
  cipher: NumberCipher,
): Record<string, unknown> {
  const record: Record<string, unknown> = {};
  for (const [column, { type, export: exported }] of Object.entries(columns)) {
    const name = typeof exported === "object" ? exported[side] : exported;
    if (name === undefined || name === false) continue;
    const value = readable(type, row[column], cipher);
    const [group = "", member] = name.split(".");
    if (member === undefined) record[name] = value;
    else record[group] = { ...(record[group] as object | undefined), [member]: value };
  }
  return record;
}

function readable({ written }: Type<unknown>, value: unknown, cipher: NumberCipher): unknown {
  if (typeof value !== "string") return value;
  if (written === "encrypted") return cipher.decrypt(value);
  return written === "json" ? (JSON.parse(value) as unknown) : value;
}
