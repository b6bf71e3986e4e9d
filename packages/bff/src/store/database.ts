import { existsSync } from "node:fs";
import { type Kysely, Migrator, type Transaction } from "kysely";
import { migrationsFor } from "./migrations/index.js";
import { openPostgres } from "./postgres.js";
import { openSqlite } from "./sqlite.js";
import type { Tables } from "./tables.js";

/** Kind of database. */
export type Engine = "sqlite" | "postgres";

/** Durable store. A committed write survives a power cut. */
export interface Database {
  readonly engine: Engine;
  /** Runs reads. Writes that must not be lost go through {@link write}. */
  readonly query: Kysely<Tables>;
  /**
   * Runs `work` in a transaction and resolves once the commit is on disk. After a rollback `work` may run again, so
   * it must have no effect besides its queries on `transaction`.
   *
   * @param name name of the step, for errors and for tests that wait for it
   * @throws StoreError (store-error.ts) when it is not certain that the transaction was committed
   */
  write<T>(name: string, work: (transaction: Transaction<Tables>) => Promise<T>): Promise<T>;
  close(): Promise<void>;
}

/** Opened database whose migrations may still have to run, and the connection that runs them. */
export interface OpenedDatabase {
  database: Database;
  writer: Kysely<Tables>;
}

/**
 * Opens the database at `url`, `sqlite:PATH` or `postgres://…`, and runs its migrations.
 *
 * @throws Error when the address is of neither kind, when the engine does not accept a durability setting, or when
 *   another process holds the SQLite file
 */
export async function openDatabase(url: string): Promise<Database> {
  const { database, writer } = await open(url);
  const migrations = migrationsFor(database.engine);
  const migrator = new Migrator({
    db: writer,
    provider: { getMigrations: () => Promise.resolve(migrations) },
  });
  const { error } = await migrator.migrateToLatest();
  if (error === undefined) return database;
  await database.close();
  throw new Error("the database could not be brought up to date", { cause: error });
}

/**
 * Opens the existing database at `url`, beside a backend that may be running on it. Runs no migrations.
 *
 * @throws Error when the SQLite file does not exist
 */
export async function openExisting(url: string): Promise<Database> {
  const path = sqlitePath(url);
  if (path !== undefined && !existsSync(path)) {
    throw new Error(`there is no ${path}: DATABASE_URL has to name the database the backend uses`);
  }
  return (await open(url, true)).database;
}

/** Returns the file of a `sqlite:PATH` address; undefined for other addresses. */
export const sqlitePath = (url: string): string | undefined => /^sqlite:(.+)$/.exec(url)?.[1];

async function open(url: string, existing = false): Promise<OpenedDatabase> {
  if (/^postgres(ql)?:\/\//.test(url)) return openPostgres(url);
  const path = sqlitePath(url);
  if (path !== undefined) return openSqlite(path, existing);
  throw new Error("DATABASE_URL: expected sqlite:PATH or postgres://…, e.g. sqlite:./data/calls.db");
}

/**
 * Whether the database takes writes, for readiness. Inserts and deletes a row, because a write that changes nothing
 * succeeds even on a full disk.
 */
export async function isWritable(db: Database): Promise<boolean> {
  const probe = { id: "readiness", seen_at: "" };
  try {
    await db.write("probe", async (transaction) => {
      await transaction.insertInto("instances").values(probe).execute();
      await transaction.deleteFrom("instances").where("id", "=", probe.id).execute();
    });
    return true;
  } catch {
    return false;
  }
}
