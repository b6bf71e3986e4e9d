import { existsSync } from "node:fs";
import { type Kysely, Migrator, type Transaction } from "kysely";
import { migrationsFor } from "./migrations/index.js";
import { openPostgres } from "./postgres.js";
import { openSqlite } from "./sqlite.js";
import type { Tables } from "./tables.js";

/** Kind of database. */
export type Engine = "sqlite" | "postgres";

/** Durable store. A committed write survives a power failure. */
export interface Database {
  readonly engine: Engine;
  /** Runs queries that read. Writes that must not be lost use {@link write}. */
  readonly query: Kysely<Tables>;
  /**
   * Runs `work` in a transaction. Resolves when the commit is on disk. `work` may run again after a rollback,
   * so it must have no effect except through its queries on `transaction`.
   *
   * @param name name of the step, for errors and for tests that wait for the step
   * @throws StoreError (store-error.ts) when it is not certain that the transaction was committed
   */
  write<T>(name: string, work: (transaction: Transaction<Tables>) => Promise<T>): Promise<T>;
  close(): Promise<void>;
}

/** A database that has been opened but whose migrations may not have run yet, and the connection that runs them. */
export interface OpenedDatabase {
  database: Database;
  writer: Kysely<Tables>;
}

/**
 * Opens the database at `url`, which is `sqlite:PATH` or `postgres://…`, and runs its migrations.
 *
 * @throws Error when the address has neither form, when the database does not accept a setting that durability
 *   needs, or when another process uses the SQLite file
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
 * Opens an existing database at `url`. A backend may be running on it. Runs no migrations.
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

/** Returns the file name in a `sqlite:PATH` address. Returns undefined for other addresses. */
export const sqlitePath = (url: string): string | undefined => /^sqlite:(.+)$/.exec(url)?.[1];

async function open(url: string, existing = false): Promise<OpenedDatabase> {
  if (/^postgres(ql)?:\/\//.test(url)) return openPostgres(url);
  const path = sqlitePath(url);
  if (path !== undefined) return openSqlite(path, existing);
  throw new Error("DATABASE_URL: expected sqlite:PATH or postgres://…, e.g. sqlite:./data/calls.db");
}

/**
 * Whether the database accepts writes. The readiness check uses it. Inserts and deletes a row, because a write
 * that changes nothing succeeds even when the disk is full.
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
