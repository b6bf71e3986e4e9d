import { PostgresAdapter, sql, type Transaction } from "kysely";
import type { Tables } from "./tables.js";

/**
 * Locks what the names stand for until the transaction ends: another that locks one of them waits. In the order of the
 * names, so that two never wait for each other. SQLite has one transaction at a time.
 */
export async function lock(transaction: Transaction<Tables>, names: readonly string[]): Promise<void> {
  if (!(transaction.getExecutor().adapter instanceof PostgresAdapter)) return;
  for (const name of [...new Set(names)].sort()) {
    await sql`select pg_advisory_xact_lock(hashtextextended(${name}, 0))`.execute(transaction);
  }
}
