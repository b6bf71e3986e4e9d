import { Kysely, PostgresDialect, sql, type Transaction } from "kysely";
import pg from "pg";
import type { Database, OpenedDatabase } from "./database.js";
import { StoreError } from "./store-error.js";
import type { Tables } from "./tables.js";

/**
 * Time limits in milliseconds. The statements of the backend take a few milliseconds. If one takes much longer,
 * the database has a problem, and the visitor must get an error instead of waiting.
 */
const PATIENCE = { connect: 5000, statement: 10_000, idleInTransaction: 15_000 };
const CONNECTIONS = 10;

/**
 * Error codes for a deadlock and for a serialization failure. The transaction was certainly rolled back, so it
 * is safe to run it again (PostgreSQL, Appendix A).
 */
const RUN_AGAIN = new Set(["40P01", "40001"]);
const MOST_RUNS = 3;

/**
 * Opens the PostgreSQL database at `url`. Several processes may use the database at the same time.
 *
 * @throws Error when the database cannot be reached, or confirms commits before they are on disk
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
  // Ignores errors of idle connections: the next query opens a new connection and throws if that fails. Ignores
  // errors of connections in use, too: a connection may break between two queries of a transaction, when the
  // pool does not listen, and an error without a listener would end the process.
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
