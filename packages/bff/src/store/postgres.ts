import { Kysely, PostgresDialect, sql, type Transaction } from "kysely";
import pg from "pg";
import type { Database, OpenedDatabase } from "./database.js";
import { StoreError } from "./store-error.js";
import type { Tables } from "./tables.js";

/** Time limits in milliseconds. Our statements take a few; a longer one means trouble, while a visitor waits. */
const PATIENCE = { connect: 5000, statement: 10_000, idleInTransaction: 15_000 };
const CONNECTIONS = 10;

/** Deadlock and serialization failure: certainly rolled back, so safe to run again (PostgreSQL, Appendix A). */
const RUN_AGAIN = new Set(["40P01", "40001"]);
const MOST_RUNS = 3;

/**
 * Opens the PostgreSQL database at `url`. Several processes may use it at the same time.
 *
 * @throws Error when it cannot be reached, or confirms commits before they are on disk
 */
export async function openPostgres(url: string): Promise<OpenedDatabase> {
  const pool = new pg.Pool({
    connectionString: url,
    max: CONNECTIONS,
    application_name: "uis-call-bff",
    connectionTimeoutMillis: PATIENCE.connect,
    statement_timeout: PATIENCE.statement,
    query_timeout: PATIENCE.statement + 2000,
    idle_in_transaction_session_timeout: PATIENCE.idleInTransaction,
    options: "-c synchronous_commit=on",
    keepAlive: true,
  });
  // Ignores connection errors here: the next query opens a new connection, and throws if that fails. A connection may
  // also break between two queries of a transaction, while the pool does not listen; without a listener of its own,
  // its error would end the process.
  pool.on("error", () => undefined);
  pool.on("connect", (client) => client.on("error", () => undefined));
  const query = new Kysely<Tables>({ dialect: new PostgresDialect({ pool }) });
  try {
    await requireDurability(query);
  } catch (error) {
    await query.destroy();
    throw error;
  }
  const database: Database = {
    engine: "postgres",
    query,
    write: (name, work) => write(query, name, work),
    close: () => query.destroy(),
  };
  return { database, writer: query };
}

async function write<T>(
  query: Kysely<Tables>,
  name: string,
  work: (transaction: Transaction<Tables>) => Promise<T>,
): Promise<T> {
  for (let run = 1; ; run++) {
    try {
      return await query.transaction().execute(work);
    } catch (error) {
      const { code } = error as { code?: string };
      if (run === MOST_RUNS || code === undefined || !RUN_AGAIN.has(code)) throw new StoreError(error, name);
    }
  }
}

async function requireDurability(query: Kysely<Tables>): Promise<void> {
  for (const name of ["fsync", "synchronous_commit"]) {
    const { rows } = await sql<{ setting: string }>`select current_setting(${name}) as setting`.execute(
      query,
    );
    const setting = rows[0]?.setting;
    if (setting !== "on") throw new Error(`PostgreSQL has ${name}=${String(setting)}: a call needs it on`);
  }
}
