import { later } from "../clock.js";
import type { Transaction } from "kysely";
import type { Database } from "./database.js";
import type { BanRow, Tables } from "./tables.js";

/** Milliseconds a first ban lasts; the second is for good. */
const FIRST_BAN_MS = 24 * 60 * 60_000;

/** Bans a visitor, or one who was banned before for good. */
export async function ban(transaction: Transaction<Tables>, visitor: string, now: Date): Promise<BanRow> {
  const since = now.toISOString();
  return transaction
    .insertInto("bans")
    .values({ visitor, since, until: later(now, FIRST_BAN_MS), times: 1 })
    .onConflict((conflict) =>
      conflict
        .column("visitor")
        .doUpdateSet((row) => ({ since, until: null, times: row("bans.times", "+", 1) })),
    )
    .returningAll()
    .executeTakeFirstOrThrow();
}

/** The ban that any of these visitors is under, the longest first. */
export async function banOf(
  transaction: Transaction<Tables>,
  visitors: readonly string[],
  now: Date,
): Promise<BanRow | undefined> {
  const bans = await transaction.selectFrom("bans").selectAll().where("visitor", "in", visitors).execute();
  return bans
    .filter(({ until }) => until === null || until > now.toISOString())
    .sort((one, other) => ((one.until ?? "~") < (other.until ?? "~") ? 1 : -1))[0];
}

/** Who is banned now, the latest last. */
export const bans = (db: Database, now: Date): Promise<BanRow[]> =>
  db.query
    .selectFrom("bans")
    .selectAll()
    .where((row) => row.or([row("until", "is", null), row("until", ">", now.toISOString())]))
    .orderBy("since")
    .execute();

/** Serves a visitor again, as if never banned: what led to the ban is forgotten as well. @returns whether there was one */
export async function liftBan(db: Database, visitor: string): Promise<boolean> {
  return db.write(async (transaction) => {
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
