import { PostgresAdapter, sql, type Transaction } from "kysely";
import type { Tables } from "./tables.js";

/**
 * Locks the given names until the transaction ends. Another transaction that locks one of these names waits
 * until then. Names are locked in alphabetical order, so two transactions never wait for each other. On SQLite
 * this does nothing, because SQLite runs one transaction at a time.
 */
export async function lock(transaction: Transaction<Tables>, names: readonly string[]): Promise<void> {
  if (!(transaction.getExecutor().adapter instanceof PostgresAdapter)) return;
  for (const name of [...new Set(names)].sort()) {
    await sql`select pg_advisory_xact_lock(hashtextextended(${name}, 0))`.execute(transaction);
  }
}
