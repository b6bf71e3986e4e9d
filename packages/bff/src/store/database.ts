import { mkdirSync } from "node:fs";
import { dirname } from "node:path";
import SQLite from "better-sqlite3";
import { Kysely, Migrator, SqliteDialect } from "kysely";
import { migrations } from "./migrations.js";
import type { Tables } from "./tables.js";

export type Database = Kysely<Tables>;

/** What the durability of a call rests on; each is set and read back on every opening. */
const PRAGMAS = { journal_mode: "wal", synchronous: 2, foreign_keys: 1, busy_timeout: 5000 } as const;

/**
 * Opens `sqlite:PATH`, creating file and folder, and brings its tables up to date.
 *
 * @throws Error when the address is not `sqlite:`, or SQLite does not accept a durability setting. A file that is
 *   already in WAL mode reopens with `synchronous=NORMAL` in better-sqlite3, which may lose commits at a power cut:
 *   hence the reading back.
 */
export async function openDatabase(url: string): Promise<Database> {
  const file = sqliteFile(url);
  if (file !== ":memory:") mkdirSync(dirname(file), { recursive: true });
  const sqlite = new SQLite(file);
  try {
    setPragmas(sqlite, file === ":memory:");
  } catch (error) {
    sqlite.close();
    throw error;
  }
  const db = new Kysely<Tables>({ dialect: new SqliteDialect({ database: sqlite }) });
  await migrate(db);
  return db;
}

/** Whether the database takes writes; for readiness. */
export async function isWritable(db: Database): Promise<boolean> {
  try {
    // A delete that matches nothing still needs the write lock and a healthy file.
    await db.deleteFrom("sessions").where("id", "=", "").execute();
    return true;
  } catch {
    return false;
  }
}

function sqliteFile(url: string): string {
  const file = url.startsWith("sqlite:") ? url.slice("sqlite:".length) : "";
  if (file === "") throw new Error("DATABASE_URL: expected sqlite:PATH, e.g. sqlite:./data/calls.db");
  return file;
}

function setPragmas(sqlite: SQLite.Database, inMemory: boolean): void {
  for (const [name, wanted] of Object.entries(PRAGMAS)) {
    sqlite.pragma(`${name} = ${String(wanted)}`);
    const got = sqlite.pragma(name, { simple: true });
    const expected = inMemory && name === "journal_mode" ? "memory" : wanted;
    if (got !== expected)
      throw new Error(`SQLite did not accept ${name}=${String(wanted)}: it says ${String(got)}`);
  }
}

async function migrate(db: Database): Promise<void> {
  const migrator = new Migrator({ db, provider: { getMigrations: () => Promise.resolve(migrations) } });
  const { error } = await migrator.migrateToLatest();
  if (error !== undefined) throw new Error("the database could not be brought up to date", { cause: error });
}
