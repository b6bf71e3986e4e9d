import { mkdirSync } from "node:fs";
import { dirname } from "node:path";
import SQLite from "better-sqlite3";
import {
  Kysely,
  SqliteAdapter,
  type SqliteDatabase,
  SqliteDialect,
  type SqliteStatement,
  type Transaction,
} from "kysely";
import type { Database, OpenedDatabase } from "./database.js";
import type { DirectAdapter, StatementResult } from "./statement.js";
import { StoreError } from "./store-error.js";
import type { Tables } from "./tables.js";
import { WriteAheadLog } from "./write-ahead-log.js";

/** How SQLite itself is to have a commit on the disk: `FULL`, at each, or `NORMAL`, when the log is taken over. */
const SYNCHRONOUS = { full: 2, normal: 1 } as const;

/**
 * What the durability of a call rests on; each is set and read back on every opening. Only a command beside the backend
 * can make it wait for the file, and it stands still while it waits: not long. It stands still as well while the log is
 * taken over into the file: more seldom than by default, so that it is not one call in a hundred that waits for it.
 */
const PRAGMAS = {
  journal_mode: "wal",
  foreign_keys: 1,
  busy_timeout: 250,
  wal_autocheckpoint: 4000,
  /** Kilobytes, as SQLite has it: what old calls there are is not to push out what is at hand. */
  cache_size: -32_000,
} as const;

/** Most writes that share one commit, so that none waits long for the others. */
const BATCH_LIMIT = 64;

interface Write {
  name: string;
  work: (transaction: Transaction<Tables>) => Promise<unknown>;
  resolve: (result: unknown) => void;
  reject: (error: unknown) => void;
}

/**
 * Opens the SQLite file at `path`, creating it and its folder, for this process alone. An `existing` one is shared with
 * the process that holds it.
 *
 * @throws Error when another process holds it, or SQLite does not accept a durability setting. A file that is already in
 *   WAL mode reopens with `synchronous=NORMAL` in better-sqlite3, which may lose commits at a power cut: hence the
 *   reading back.
 */
export function openSqlite(path: string, existing: boolean): OpenedDatabase {
  const inMemory = path === ":memory:";
  if (!inMemory) mkdirSync(dirname(path), { recursive: true });
  const lock = inMemory || existing ? undefined : lockForThisProcess(path);
  try {
    const flushed = !inMemory && !existing;
    const writing = connect(path, inMemory, flushed ? "normal" : "full");
    // Those who read need not wait for a commit.
    const reading = inMemory ? writing : connect(path, inMemory, "full");
    const writer = kyselyOf(writing);
    const query = inMemory ? writer : kyselyOf(reading);
    const log = flushed ? new WriteAheadLog(writing) : undefined;
    const commits = new SharedCommits(writer, log);
    const database: Database = {
      engine: "sqlite",
      query,
      write: (name, work) => commits.write(name, work),
      async close() {
        await Promise.all([query.destroy(), writer.destroy(), log?.close()]);
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

function connect(path: string, inMemory: boolean, synchronous: keyof typeof SYNCHRONOUS): SQLite.Database {
  const sqlite = new SQLite(path);
  try {
    setPragmas(sqlite, { ...PRAGMAS, synchronous: SYNCHRONOUS[synchronous] }, inMemory);
    // What is erased is overwritten, where that costs no further write.
    sqlite.pragma("secure_delete = fast");
  } catch (error) {
    sqlite.close();
    throw error;
  }
  return sqlite;
}

const kyselyOf = (sqlite: SQLite.Database): Kysely<Tables> => {
  const prepared = new PreparedOnce(sqlite);
  const dialect = new SqliteDialect({ database: prepared });
  dialect.createAdapter = () => new PreparedAdapter(prepared);
  return new Kysely<Tables>({ dialect });
};

/** SQLite answers at once; Kysely would wait a few turns for each answer. */
class PreparedAdapter extends SqliteAdapter implements DirectAdapter {
  readonly #prepared: PreparedOnce;

  constructor(prepared: PreparedOnce) {
    super();
    this.#prepared = prepared;
  }

  runDirectly(text: string, parameters: readonly unknown[]): StatementResult {
    const statement = this.#prepared.prepare(text);
    if (statement.reader) return { rows: statement.all(parameters), changed: 0 };
    return { rows: [], changed: Number(statement.run(parameters).changes) };
  }
}

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
 * Puts writes that wait at the same moment into one transaction: the disk is asked once for all of them, and while it
 * answers the next gather. Where one fails, all are rolled back and each is run again by itself.
 */
class SharedCommits {
  readonly #query: Kysely<Tables>;
  readonly #log: WriteAheadLog | undefined;
  #waiting: Write[] = [];
  #running = false;

  /** @param log none: a commit is on the disk, as far as it ever is, when SQLite says so */
  constructor(query: Kysely<Tables>, log?: WriteAheadLog) {
    this.#query = query;
    this.#log = log;
  }

  write<T>(name: string, work: (transaction: Transaction<Tables>) => Promise<T>): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      this.#waiting.push({ name, work, resolve: resolve as (result: unknown) => void, reject });
      if (this.#running) return;
      this.#running = true;
      // What arrived in the same turn of the event loop goes along.
      setImmediate(() => void this.#run());
    });
  }

  async #run(): Promise<void> {
    while (this.#waiting.length > 0) {
      const batch = this.#waiting.splice(0, BATCH_LIMIT);
      const committed = await this.#commit(batch);
      try {
        if (committed.length > 0) await this.#log?.flush();
        for (const done of committed) done();
      } catch (error) {
        for (const { name, reject } of batch) reject(new StoreError(error, name));
      }
    }
    this.#running = false;
  }

  /** @returns for each write that is committed, what tells so; those that failed have been told */
  async #commit(batch: Write[]): Promise<(() => void)[]> {
    if (batch.length === 1) return this.#commitEach(batch);
    try {
      return await this.#query.transaction().execute(async (transaction) => {
        const done: (() => void)[] = [];
        for (const { work, resolve } of batch) {
          const result = await work(transaction);
          done.push(() => resolve(result));
        }
        return done;
      });
    } catch (error) {
      if (!concernsAll(error)) return this.#commitEach(batch);
      for (const { name, reject } of batch) reject(new StoreError(error, name));
      return [];
    }
  }

  async #commitEach(batch: Write[]): Promise<(() => void)[]> {
    const done: (() => void)[] = [];
    for (const { name, work, resolve, reject } of batch) {
      try {
        const result = await this.#query.transaction().execute(work);
        done.push(() => resolve(result));
      } catch (error) {
        reject(new StoreError(error, name));
      }
    }
    return done;
  }
}

/** A full disk, a locked file: one after the other would fail as well, and each would wait for it. */
const concernsAll = (error: unknown): boolean =>
  error instanceof SQLite.SqliteError && !error.code.startsWith("SQLITE_CONSTRAINT");

/** Two processes on one file would each recover the other's calls. The kernel frees the lock of a dead one. */
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

function setPragmas(
  sqlite: SQLite.Database,
  pragmas: Record<string, string | number>,
  inMemory: boolean,
): void {
  for (const [name, wanted] of Object.entries(pragmas)) {
    sqlite.pragma(`${name} = ${String(wanted)}`);
    const got = sqlite.pragma(name, { simple: true });
    const expected = inMemory && name === "journal_mode" ? "memory" : wanted;
    if (got !== expected)
      throw new Error(`SQLite did not accept ${name}=${String(wanted)}: it says ${String(got)}`);
  }
}
