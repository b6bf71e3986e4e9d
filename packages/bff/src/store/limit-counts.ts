import { later } from "../clock.js";
import { sql, type Transaction } from "kysely";
import type { LimitWindow } from "../config/limits.js";
import type { Database } from "./database.js";
import { StoreError } from "./store-error.js";
import type { Tables } from "./tables.js";

/** A bucket to count in, with the length of its window and its limit. */
export interface Count {
  bucket: string;
  /** Length of the window in seconds. */
  seconds: number;
  most: number;
}

/**
 * Limit that is never reached. It is used where events are counted only for the limits of other tenants or to
 * read the count later.
 */
export const NO_LIMIT = 2 ** 31 - 1;

/**
 * Maximum number of milliseconds that the start of a window may be in the future. A later start was written by
 * a wrong clock. Such a window is ignored, because it would last for years otherwise.
 */
const MOST_AHEAD_MS = 24 * 60 * 60_000;
/** Milliseconds for which a window is kept after its end, in case the clock is set back. */
const KEPT_MS = 24 * 60 * 60_000;

/**
 * Adds one to each bucket that is not full, in one SQL statement. The statement locks the rows of the buckets
 * until the transaction ends, so simultaneous requests never exceed a limit. It locks the rows in the order of
 * their names, so two transactions cannot deadlock.
 *
 * @returns the buckets that were not full, with their new counts
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

/** Subtracts one from each bucket to which {@link count} has added one in the same transaction. */
export async function takeBack(transaction: Transaction<Tables>, buckets: readonly string[]): Promise<void> {
  if (buckets.length === 0) return;
  await transaction
    .updateTable("limit_counts")
    .set((row) => ({ used: row("used", "-", 1) }))
    .where("bucket", "in", buckets)
    .execute();
}

/** Whether any of the buckets is full. Counts nothing. */
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
 * Like {@link count}, but adds one either to all buckets or to none.
 *
 * @returns the full buckets; if there are none, the new count of each bucket
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
 * Reads the counts in the current windows of buckets. Takes no lock, so a decision must use {@link count}
 * instead. The result does not contain buckets without a count.
 *
 * @throws StoreError
 */
export async function countedIn(
  db: Database,
  buckets: readonly string[],
  now: Date,
): Promise<ReadonlyMap<string, number>> {
  try {
    return await usedIn(db.query, buckets, now);
  } catch (error) {
    throw new StoreError(error);
  }
}

/** Reads the counts of the buckets whose window has not ended. The result does not contain the other buckets. */
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

/** Returns the number of seconds until all of these full buckets have room again. */
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

/** Returns the seconds until `then` (ISO 8601) for a `Retry-After` header: a whole number, at least 1. */
export const secondsUntil = (then: string, now: Date): number =>
  Math.max(1, Math.ceil((Date.parse(then) - now.getTime()) / 1000));

/** Makes one bucket per window, for an event that has several limits. */
export const inWindows = (name: string, windows: readonly LimitWindow[]): Count[] =>
  windows.map(({ most, within }) => ({ bucket: `${name}/${within}`, seconds: within, most }));

/** Deletes windows that ended long ago. A timer calls this function. */
export async function pruneCounts(db: Database, now: Date): Promise<void> {
  const kept = new Date(now.getTime() - KEPT_MS).toISOString();
  await db.write("pruneCounts", (transaction) =>
    transaction.deleteFrom("limit_counts").where("ends_at", "<=", kept).execute(),
  );
}
