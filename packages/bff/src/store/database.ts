import { existsSync } from "node:fs";
import { type Kysely, Migrator, type Transaction } from "kysely";
import { migrationsFor } from "./migrations/index.js";
import { openPostgres } from "./postgres.js";
import { openSqlite } from "./sqlite.js";
import type { Tables } from "./tables.js";

export type Engine = "sqlite" | "postgres";

/** The durable store. What it has committed survives the loss of power. */
export interface Database {
  readonly engine: Engine;
  /** For reading. What must not be lost goes through {@link write}. */
  readonly query: Kysely<Tables>;
  /**
   * Runs `work` in a transaction and resolves once that is committed to disk. `work` may be run a second time after
   * the first was rolled back, so it does nothing but query `transaction`.
   *
   * @param name which step this is: for errors, and for tests that wait for a step
   * @throws StoreError (store-error.ts) when it is not certain that it was committed
   */
  write<T>(name: string, work: (transaction: Transaction<Tables>) => Promise<T>): Promise<T>;
  close(): Promise<void>;
}

/** A database whose tables may not be up to date yet, and what to bring them up to date with. */
export interface OpenedDatabase {
  database: Database;
  writer: Kysely<Tables>;
}

/**
 * Opens the database at `url`, `sqlite:PATH` or `postgres://…`, and brings its tables up to date.
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
 * Opens the existing database at `url`, which a backend may be running on. Its tables stay as they are.
 *
 * @throws Error when there is none
 */
export async function openExisting(url: string): Promise<Database> {
  const path = sqlitePath(url);
  if (path !== undefined && !existsSync(path)) {
    throw new Error(`there is no ${path}: DATABASE_URL has to name the database the backend uses`);
  }
  return (await open(url, true)).database;
}

/** The file of a `sqlite:PATH` address. */
export const sqlitePath = (url: string): string | undefined => /^sqlite:(.+)$/.exec(url)?.[1];

async function open(url: string, existing = false): Promise<OpenedDatabase> {
  if (/^postgres(ql)?:\/\//.test(url)) return openPostgres(url);
  const path = sqlitePath(url);
  if (path !== undefined) return openSqlite(path, existing);
  throw new Error("DATABASE_URL: expected sqlite:PATH or postgres://…, e.g. sqlite:./data/calls.db");
}

/** Whether the database takes writes; for readiness. A write that changes nothing would pass on a full disk. */
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
