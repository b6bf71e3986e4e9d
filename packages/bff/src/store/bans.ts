import { later } from "../clock.js";
import type { Expression, ExpressionBuilder, SqlBool, Transaction } from "kysely";
import type { Database } from "./database.js";
import type { BanRow, Tables } from "./tables.js";

/** Milliseconds a first ban lasts; the second is for good. */
const FIRST_BAN_MS = 24 * 60 * 60_000;

/**
 * Bans a visitor for a day, or for good where an earlier ban is over. One statement decides: of simultaneous requests
 * only the first begins a ban.
 *
 * @returns the ban, if it begins with this request
 */
export async function ban(
  transaction: Transaction<Tables>,
  visitor: string,
  now: Date,
): Promise<BanRow | undefined> {
  const since = now.toISOString();
  return transaction
    .insertInto("bans")
    .values({ visitor, since, until: later(now, FIRST_BAN_MS), times: 1 })
    .onConflict((conflict) =>
      conflict
        .column("visitor")
        .doUpdateSet((row) => ({ since, until: null, times: row("bans.times", "+", 1) }))
        // A ban for good has no end, which is never over.
        .where("bans.until", "<=", since),
    )
    .returningAll()
    .executeTakeFirst();
}

/** The ban that the visitor is under. */
export const banOf = (
  transaction: Transaction<Tables>,
  visitor: string,
  now: Date,
): Promise<BanRow | undefined> =>
  transaction
    .selectFrom("bans")
    .selectAll()
    .where("visitor", "=", visitor)
    .where(notOver(now))
    .executeTakeFirst();

/** Who is banned now, the latest last. */
export const bans = (db: Database, now: Date): Promise<BanRow[]> =>
  db.query.selectFrom("bans").selectAll().where(notOver(now)).orderBy("since").execute();

const notOver =
  (now: Date) =>
  (row: ExpressionBuilder<Tables, "bans">): Expression<SqlBool> =>
    row.or([row("until", "is", null), row("until", ">", now.toISOString())]);

/** Serves a visitor again, as if never banned: what led to the ban is forgotten as well. @returns whether there was one */
export async function liftBan(db: Database, visitor: string): Promise<boolean> {
  return db.write("liftBan", async (transaction) => {
    const { numDeletedRows } = await transaction
      .deleteFrom("bans")
      .where("visitor", "=", visitor)
      .executeTakeFirstOrThrow();
    const begin = `${numbersOf(visitor)}/`;
    await transaction
      .deleteFrom("limit_counts")
      .where((row) => row.fn("substr", ["bucket", row.lit(1), row.lit(begin.length)]), "=", begin)
      .execute();
    return numDeletedRows > 0n;
  });
}

/** The buckets that the visitor's different numbers are counted in begin so. */
export const numbersOf = (visitor: string): string => `numbers/${visitor}`;
