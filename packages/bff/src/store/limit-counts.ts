import { later } from "../clock.js";
import { sql, type Transaction } from "kysely";
import type { LimitWindow } from "../config/limits.js";
import type { Database } from "./database.js";
import { StoreError } from "./store-error.js";
import type { Tables } from "./tables.js";

/** One thing to count, in one window. */
export interface Count {
  bucket: string;
  /** Length of the window. */
  seconds: number;
  most: number;
}

/** No cap: counted for limits of others, or to be read. */
export const NO_LIMIT = 2 ** 31 - 1;

/** A clock that was wrong by more than this, when a window began, is not believed: it would count for years. */
const MOST_AHEAD_MS = 24 * 60 * 60_000;
/** How long a window is kept after its end, for a clock that is set back. */
const KEPT_MS = 24 * 60 * 60_000;

/**
 * Counts one more in each bucket that has room for it, in one statement, which holds the buckets until the transaction
 * ends: of simultaneous ones exactly as many are counted as there is room for. In the order of their names, so that two
 * never wait for each other.
 *
 * @returns the buckets it was counted in, each with how many there are now
 */
export async function count(
  transaction: Transaction<Tables>,
  counts: readonly Count[],
  now: Date,
): Promise<Map<string, number>> {
  if (counts.length === 0) return new Map();
  const rows = [...counts]
    .sort((one, other) => (one.bucket < other.bucket ? -1 : 1))
    .map(({ bucket, seconds, most }) => ({
      bucket,
      window_start: now.toISOString(),
      ends_at: later(now, seconds * 1000),
      used: 1,
      most,
    }));
  const unbelievable = later(now, MOST_AHEAD_MS);
  const over = sql<boolean>`(limit_counts.ends_at <= ${now.toISOString()} or limit_counts.window_start > ${unbelievable})`;
  const counted = await transaction
    .insertInto("limit_counts")
    .values(rows)
    .onConflict((conflict) =>
      conflict
        .column("bucket")
        .doUpdateSet({
          used: sql<number>`case when ${over} then 1 else limit_counts.used + 1 end`,
          window_start: sql<string>`case when ${over} then excluded.window_start else limit_counts.window_start end`,
          ends_at: sql<string>`case when ${over} then excluded.ends_at else limit_counts.ends_at end`,
          most: sql<number>`excluded.most`,
        })
        .where(sql<boolean>`${over} or limit_counts.used < excluded.most`),
    )
    .returning(["bucket", "used"])
    .execute();
  return new Map(counted.map(({ bucket, used }) => [bucket, used]));
}

/** Takes back what {@link count} has counted in the same transaction, as if it had never been. */
export async function takeBack(transaction: Transaction<Tables>, buckets: readonly string[]): Promise<void> {
  if (buckets.length === 0) return;
  await transaction
    .updateTable("limit_counts")
    .set((row) => ({ used: row("used", "-", 1) }))
    .where("bucket", "in", buckets)
    .execute();
}

/** Whether one of the buckets has no room for one more. Counts nothing. */
export async function anyFull(
  transaction: Transaction<Tables>,
  counts: readonly Count[],
  now: Date,
): Promise<boolean> {
  if (counts.length === 0) return false;
  const used = await usedIn(
    transaction,
    counts.map(({ bucket }) => bucket),
    now,
  );
  return counts.some(({ bucket, most }) => (used.get(bucket) ?? 0) >= most);
}

/**
 * As {@link count}, but in all of the buckets or in none.
 *
 * @returns the buckets that had no room; where there are none, how many there are now in each
 */
export async function countInAll(
  transaction: Transaction<Tables>,
  counts: readonly Count[],
  now: Date,
): Promise<{ full: string[]; counted: ReadonlyMap<string, number> }> {
  const counted = await count(transaction, counts, now);
  const full = counts.map(({ bucket }) => bucket).filter((bucket) => !counted.has(bucket));
  if (full.length > 0) await takeBack(transaction, [...counted.keys()]);
  return { full, counted };
}

/**
 * How many are counted in the bucket's present window. A reading only: what depends on its being exact is for
 * {@link count}.
 *
 * @throws StoreError
 */
export async function countedIn(db: Database, bucket: string, now: Date): Promise<number> {
  try {
    return (await usedIn(db.query, [bucket], now)).get(bucket) ?? 0;
  } catch (error) {
    throw new StoreError(error);
  }
}

/** How many are counted in each bucket whose window is not over; a bucket without one is left out. */
async function usedIn(
  query: Database["query"] | Transaction<Tables>,
  buckets: readonly string[],
  now: Date,
): Promise<Map<string, number>> {
  const rows = await query
    .selectFrom("limit_counts")
    .select(["bucket", "used"])
    .where("bucket", "in", buckets)
    .where("ends_at", ">", now.toISOString())
    .where("window_start", "<=", later(now, MOST_AHEAD_MS))
    .execute();
  return new Map(rows.map(({ bucket, used }) => [bucket, used]));
}

/** Seconds until the last of these buckets, which are full, has room again. */
export async function secondsUntilRoom(
  transaction: Transaction<Tables>,
  buckets: readonly string[],
  now: Date,
): Promise<number> {
  const { ends_at } = await transaction
    .selectFrom("limit_counts")
    .select(({ fn }) => fn.max("ends_at").as("ends_at"))
    .where("bucket", "in", buckets)
    .executeTakeFirstOrThrow();
  return secondsUntil(ends_at, now);
}

/** What a `Retry-After` says of a time, ISO 8601: whole seconds, one at least. */
export const secondsUntil = (then: string, now: Date): number =>
  Math.max(1, Math.ceil((Date.parse(then) - now.getTime()) / 1000));

/** The buckets of what is counted in several windows at once. */
export const inWindows = (name: string, windows: readonly LimitWindow[]): Count[] =>
  windows.map(({ most, within }) => ({ bucket: `${name}/${within}`, seconds: within, most }));

/** Deletes windows that are long over; for a timer. */
export async function pruneCounts(db: Database, now: Date): Promise<void> {
  const kept = new Date(now.getTime() - KEPT_MS).toISOString();
  await db.write("pruneCounts", (transaction) =>
    transaction.deleteFrom("limit_counts").where("ends_at", "<=", kept).execute(),
  );
}
