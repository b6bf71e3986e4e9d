import { later } from "../clock.js";
import type { Expression, ExpressionBuilder, SqlBool, Transaction } from "kysely";
import type { Database } from "./database.js";
import type { BanRow, Tables } from "./tables.js";

/** Milliseconds a first ban lasts; the second ban has no end. */
const FIRST_BAN_MS = 24 * 60 * 60_000;

/**
 * Bans a visitor for a day, or without end if an earlier ban is over. One statement decides, so of simultaneous
 * requests only the first starts a ban.
 *
 * @returns the ban, when this request started it
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
        // A ban without end has `until` null and never matches.
        .where("bans.until", "<=", since),
    )
    .returningAll()
    .executeTakeFirst();
}

/** Finds the ban in force for a visitor. */
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

/** Lists the bans in force, oldest first. */
export const bans = (db: Database, now: Date): Promise<BanRow[]> =>
  db.query.selectFrom("bans").selectAll().where(notOver(now)).orderBy("since").execute();

const notOver =
  (now: Date) =>
  (row: ExpressionBuilder<Tables, "bans">): Expression<SqlBool> =>
    row.or([row("until", "is", null), row("until", ">", now.toISOString())]);

/**
 * Lifts a ban and resets the counts that led to it, as if the visitor had never been banned.
 *
 * @returns whether there was a ban
 */
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

/** Prefix of the buckets that count a visitor's different numbers. */
export const numbersOf = (visitor: string): string => `numbers/${visitor}`;
