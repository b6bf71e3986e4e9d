import { later } from "../clock.js";
import type { Expression, ExpressionBuilder, SqlBool, Transaction } from "kysely";
import type { Database } from "./database.js";
import type { BanRow, Tables } from "./tables.js";

/** Duration of a first ban in milliseconds. The second ban has no end. */
const FIRST_BAN_MS = 24 * 60 * 60_000;

/**
 * Bans a visitor for a day, or without end if the visitor has been banned before. If a ban is in force already,
 * nothing changes. One SQL statement decides this, so only the first of simultaneous requests starts a ban.
 *
 * @returns the ban if this request started it
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
        // Does not match a ban without end, whose `until` is null.
        .where("bans.until", "<=", since),
    )
    .returningAll()
    .executeTakeFirst();
}

/** Finds the current ban of a visitor. */
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

/** Lists the current bans, oldest first. */
export const bans = (db: Database, now: Date): Promise<BanRow[]> =>
  db.query.selectFrom("bans").selectAll().where(notOver(now)).orderBy("since").execute();

const notOver =
  (now: Date) =>
  (row: ExpressionBuilder<Tables, "bans">): Expression<SqlBool> =>
    row.or([row("until", "is", null), row("until", ">", now.toISOString())]);

/**
 * Lifts a ban and deletes the counts that led to it. The visitor is treated as if there had been no ban.
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

/** Returns the prefix of the buckets in which the different numbers of a visitor are counted. */
export const numbersOf = (visitor: string): string => `numbers/${visitor}`;
