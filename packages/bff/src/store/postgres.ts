import {
  CompiledQuery,
  type DatabaseConnection,
  Kysely,
  PostgresDialect,
  type PostgresDialectConfig,
  PostgresDriver,
  sql,
  type Transaction,
} from "kysely";
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
 * Begins a transaction with the settings that durability needs. They hold for this transaction only: behind a
 * pooler such as PgBouncer, the next transaction may run on another connection to PostgreSQL, and a connection
 * with settings as startup parameters would be refused. One query needs only one exchange of messages.
 */
const BEGIN = [
  "begin",
  "set local synchronous_commit = on",
  `set local statement_timeout = ${String(PATIENCE.statement)}`,
  `set local idle_in_transaction_session_timeout = ${String(PATIENCE.idleInTransaction)}`,
].join("; ");

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
    query_timeout: PATIENCE.statement + 2000,
    keepAlive: true,
  });
  // Ignores errors of idle connections: the next query opens a new connection and throws if that fails. Ignores
  // errors of connections in use, too: a connection may break between two queries of a transaction, when the
  // pool does not listen, and an error without a listener would end the process.
  pool.on("error", () => undefined);
  pool.on("connect", (client) => client.on("error", () => undefined));
  const query = new Kysely<Tables>({ dialect: new Dialect({ pool }) });
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

/** Kysely's dialect, except that transactions begin with {@link BEGIN}. */
class Dialect extends PostgresDialect {
  readonly #config: PostgresDialectConfig;

  constructor(config: PostgresDialectConfig) {
    super(config);
    this.#config = config;
  }

  override createDriver(): PostgresDriver {
    return new Driver(this.#config);
  }
}

class Driver extends PostgresDriver {
  override async beginTransaction(connection: DatabaseConnection): Promise<void> {
    await connection.executeQuery(CompiledQuery.raw(BEGIN));
  }
}

async function requireDurability(query: Kysely<Tables>): Promise<void> {
  await query.transaction().execute(async (transaction) => {
    for (const name of ["fsync", "synchronous_commit"]) {
      const read = sql<{ setting: string }>`select current_setting(${name}) as setting`;
      const { rows } = await read.execute(transaction);
      const setting = rows[0]?.setting;
      if (setting !== "on") throw new Error(`PostgreSQL has ${name}=${String(setting)}: a call needs it on`);
    }
  });
}
