import { mkdirSync } from "node:fs";
import { dirname } from "node:path";
import SQLite from "better-sqlite3";
import { Kysely, type SqliteDatabase, SqliteDialect, type SqliteStatement, type Transaction } from "kysely";
import type { Database, OpenedDatabase } from "./database.js";
import { StoreError } from "./store-error.js";
import type { Tables } from "./tables.js";

/**
 * What the durability of a call rests on; each is set and read back on every opening. Only a command beside the backend
 * can make it wait for the file, and it stands still while it waits: not long. It stands still as well while the log is
 * taken over into the file: more seldom than by default, so that it is not one call in a hundred that waits for it.
 */
const PRAGMAS = {
  journal_mode: "wal",
  synchronous: 2,
  foreign_keys: 1,
  busy_timeout: 250,
  wal_autocheckpoint: 4000,
} as const;

/** Most writes that share one commit, so that none waits long for the others. */
const BATCH_LIMIT = 64;

interface Write {
  work: (transaction: Transaction<Tables>) => Promise<unknown>;
  resolve: (result: unknown) => void;
  reject: (error: unknown) => void;
}

/**
 * Opens the SQLite file at `path`, creating it and its folder, for this process alone, or `beside` the one that has it.
 *
 * @throws Error when another process holds it, or SQLite does not accept a durability setting. A file that is already in
 *   WAL mode reopens with `synchronous=NORMAL` in better-sqlite3, which may lose commits at a power cut: hence the
 *   reading back.
 */
export function openSqlite(path: string, beside: boolean): OpenedDatabase {
  const inMemory = path === ":memory:";
  if (!inMemory) mkdirSync(dirname(path), { recursive: true });
  const lock = inMemory || beside ? undefined : lockForThisProcess(path);
  try {
    const writing = connect(path, inMemory);
    // Those who read need not wait for a commit.
    const reading = inMemory ? writing : connect(path, inMemory);
    const writer = kyselyOf(writing);
    const query = inMemory ? writer : kyselyOf(reading);
    const commits = new SharedCommits(writer);
    const database: Database = {
      engine: "sqlite",
      query,
      write: (work) => commits.write(work),
      async close() {
        await Promise.all([query.destroy(), writer.destroy()]);
        // Kysely closes only what it has used.
        reading.close();
        writing.close();
        lock?.close();
      },
    };
    return { database, writer };
  } catch (error) {
    lock?.close();
    throw error;
  }
}

function connect(path: string, inMemory: boolean): SQLite.Database {
  const sqlite = new SQLite(path);
  try {
    setPragmas(sqlite, inMemory);
    // What is erased is overwritten, where that costs no further write.
    sqlite.pragma("secure_delete = fast");
  } catch (error) {
    sqlite.close();
    throw error;
  }
  return sqlite;
}

const kyselyOf = (sqlite: SQLite.Database): Kysely<Tables> =>
  new Kysely<Tables>({ dialect: new SqliteDialect({ database: new PreparedOnce(sqlite) }) });

/** Most statements kept prepared; we have some fifty, but lists of values make more. */
const MOST_PREPARED = 500;

/** Prepares each statement once; Kysely would again for every query. */
class PreparedOnce implements SqliteDatabase {
  readonly #sqlite: SQLite.Database;
  readonly #statements = new Map<string, SqliteStatement>();

  constructor(sqlite: SQLite.Database) {
    this.#sqlite = sqlite;
  }

  prepare(text: string): SqliteStatement {
    const present = this.#statements.get(text);
    if (present !== undefined) return present;
    if (this.#statements.size >= MOST_PREPARED) this.#statements.clear();
    const statement = this.#sqlite.prepare(text) as unknown as SqliteStatement;
    this.#statements.set(text, statement);
    return statement;
  }

  close(): void {
    this.#statements.clear();
    this.#sqlite.close();
  }
}

/**
 * Puts writes that wait at the same moment into one transaction: the disk is asked once for all of them. Where one
 * fails, all are rolled back and each is run again by itself.
 */
class SharedCommits {
  readonly #query: Kysely<Tables>;
  #waiting: Write[] = [];
  #running = false;

  constructor(query: Kysely<Tables>) {
    this.#query = query;
  }

  write<T>(work: (transaction: Transaction<Tables>) => Promise<T>): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      this.#waiting.push({ work, resolve: resolve as (result: unknown) => void, reject });
      if (this.#running) return;
      this.#running = true;
      // What arrived in the same turn of the event loop goes along.
      setImmediate(() => void this.#run());
    });
  }

  async #run(): Promise<void> {
    while (this.#waiting.length > 0) {
      const batch = this.#waiting.splice(0, BATCH_LIMIT);
      const committed = await this.#commit(batch).catch((error: unknown) => {
        if (!concernsAll(error)) return false;
        for (const { reject } of batch) reject(new StoreError(error));
        return true;
      });
      if (!committed) for (const write of batch) await this.#commitAlone(write);
    }
    this.#running = false;
  }

  async #commit(batch: Write[]): Promise<boolean> {
    if (batch.length === 1) return false;
    const results: unknown[] = [];
    await this.#query.transaction().execute(async (transaction) => {
      for (const { work } of batch) results.push(await work(transaction));
    });
    batch.forEach(({ resolve }, index) => resolve(results[index]));
    return true;
  }

  async #commitAlone({ work, resolve, reject }: Write): Promise<void> {
    try {
      resolve(await this.#query.transaction().execute(work));
    } catch (error) {
      reject(new StoreError(error));
    }
  }
}

/** A full disk, a locked file: one after the other would fail as well, and each would wait for it. */
const concernsAll = (error: unknown): boolean =>
  error instanceof SQLite.SqliteError && !error.code.startsWith("SQLITE_CONSTRAINT");

/** Two processes on one file would each take the other's calls for left behind. The kernel frees the lock of a dead one. */
function lockForThisProcess(path: string): SQLite.Database {
  const lock = new SQLite(`${path}.lock`, { timeout: 0 });
  try {
    lock.pragma("locking_mode = exclusive");
    lock.exec("begin exclusive");
    return lock;
  } catch (cause) {
    lock.close();
    throw new Error(
      `${path} is in use by another process: stop it, or give this one its own DATABASE_URL; several processes side by side need postgres://`,
      { cause },
    );
  }
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
