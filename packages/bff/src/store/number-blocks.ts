import type { Transaction } from "kysely";
import type { Database } from "./database.js";
import type { NumberBlockRow, Tables } from "./tables.js";

/**
 * Blocks a telephone number for all tenants.
 *
 * @returns true if the number was not blocked before
 */
export async function blockNumber(
  transaction: Transaction<Tables>,
  hash: string,
  by: NumberBlockRow["by"],
  now: Date,
): Promise<boolean> {
  const { numInsertedOrUpdatedRows } = await transaction
    .insertInto("number_blocks")
    .values({ number_hash: hash, blocked_at: now.toISOString(), by })
    .onConflict((conflict) => conflict.doNothing())
    .executeTakeFirstOrThrow();
  return numInsertedOrUpdatedRows === 1n;
}

/**
 * Lifts the block of a telephone number.
 *
 * @returns true if the number was blocked
 */
export async function liftBlock(db: Database, hash: string): Promise<boolean> {
  return db.write("unblockNumber", async (transaction) => {
    const { numDeletedRows } = await transaction
      .deleteFrom("number_blocks")
      .where("number_hash", "=", hash)
      .executeTakeFirstOrThrow();
    return numDeletedRows > 0n;
  });
}

/** Finds the block of a telephone number. */
export const blockOf = (
  query: Database["query"] | Transaction<Tables>,
  hash: string,
): Promise<NumberBlockRow | undefined> =>
  query.selectFrom("number_blocks").selectAll().where("number_hash", "=", hash).executeTakeFirst();

/** Lists all blocks, oldest first. */
export const blocks = (db: Database): Promise<NumberBlockRow[]> =>
  db.query.selectFrom("number_blocks").selectAll().orderBy("blocked_at").execute();
