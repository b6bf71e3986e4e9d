import { mkdirSync } from "node:fs";
import { dirname } from "node:path";
import type { Database as Connection } from "better-sqlite3";
import {
  Kysely,
  SqliteAdapter,
  type SqliteDatabase,
  SqliteDialect,
  type SqliteStatement,
  type Transaction,
} from "kysely";
import type { Database, OpenedDatabase } from "./database.js";
import { SQLite } from "./sqlite-driver.js";
import type { DirectAdapter, StatementResult } from "./statement.js";
import { StoreError } from "./store-error.js";
import type { Tables } from "./tables.js";
import { WriteAheadLog } from "./write-ahead-log.js";

/**
 * Values of the setting `synchronous`. With FULL, SQLite syncs the log to disk at each commit; with NORMAL,
 * only at a checkpoint.
 */
const SYNCHRONOUS = { full: 2, normal: 1 } as const;

/**
 * Settings on which durability and speed depend. Each setting is written and read back whenever the database is
 * opened.
 *
 * `busy_timeout` (milliseconds) is short, because the event loop is blocked for this time while a command in
 * another process holds the file. A checkpoint blocks the event loop, too. `wal_autocheckpoint` (pages) is
 * therefore four times the default, so that fewer calls wait for a checkpoint.
 */
const PRAGMAS = {
  journal_mode: "wal",
  foreign_keys: 1,
  busy_timeout: 250,
  wal_autocheckpoint: 4000,
  /**
   * Size of the cache in kilobytes, negative by SQLite's convention. The cache is large, so that old calls do
   * not evict pages that are used often.
   */
  cache_size: -32_000,
} as const;

/** Maximum number of writes in one commit. It is small, so that no write waits long for the others. */
const BATCH_LIMIT = 64;

interface Write {
  name: string;
  work: (transaction: Transaction<Tables>) => Promise<unknown>;
  resolve: (result: unknown) => void;
  reject: (error: unknown) => void;
}

/**
 * Opens the SQLite file at `path` for this process alone. Creates the file and its folder if they do not exist.
 * With `existing`, opens a file that another process may be using.
 *
 * All settings are read back, because better-sqlite3 reopens a file in WAL mode with `synchronous=NORMAL`,
 * which may lose commits in a power failure.
 *
 * @throws Error when another process uses the file, or SQLite does not accept a setting
 */
export function openSqlite(path: string, existing: boolean): OpenedDatabase {
  const inMemory = path === ":memory:";
  if (!inMemory) mkdirSync(dirname(path), { recursive: true });
  const lock = inMemory || existing ? undefined : lockForThisProcess(path);
  try {
    const flushed = !inMemory && !existing;
    const writing = connect(path, inMemory, flushed ? "normal" : "full");
    // Opens a second connection for reading, so that reads do not wait for a commit.
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
        // Closes the connections, because Kysely closes only those that it has used.
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

function connect(path: string, inMemory: boolean, synchronous: keyof typeof SYNCHRONOUS): Connection {
  const sqlite = new SQLite(path);
  try {
    setPragmas(sqlite, { ...PRAGMAS, synchronous: SYNCHRONOUS[synchronous] }, inMemory);
    // Overwrites deleted content wherever this needs no additional write.
    sqlite.pragma("secure_delete = fast");
  } catch (error) {
    sqlite.close();
    throw error;
  }
  return sqlite;
}

const kyselyOf = (sqlite: Connection): Kysely<Tables> => {
  const prepared = new PreparedOnce(sqlite);
  const dialect = new SqliteDialect({ database: prepared });
  dialect.createAdapter = () => new PreparedAdapter(prepared);
  return new Kysely<Tables>({ dialect });
};

/** Adapter that runs queries without Kysely's promises, because SQLite answers synchronously. */
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

/**
 * Maximum number of prepared statements to keep. There are about fifty, but a query with a list of values has a
 * variant for each length of the list.
 */
const MOST_PREPARED = 500;

/** Caches prepared statements. Kysely itself would prepare one for each query. */
class PreparedOnce implements SqliteDatabase {
  readonly #sqlite: Connection;
  readonly #statements = new Map<string, SqliteStatement>();

  constructor(sqlite: Connection) {
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
 * Groups concurrent writes into one transaction, so that one sync to disk serves all of them. Writes that
 * arrive during a commit form the next group. If a write fails, the group is rolled back, and each of its
 * writes runs again in a transaction of its own.
 */
class SharedCommits {
  readonly #query: Kysely<Tables>;
  readonly #log: WriteAheadLog | undefined;
  #waiting: Write[] = [];
  #running = false;

  /** @param log syncs commits to disk; if absent, a commit counts as durable when SQLite returns */
  constructor(query: Kysely<Tables>, log?: WriteAheadLog) {
    this.#query = query;
    this.#log = log;
  }

  write<T>(name: string, work: (transaction: Transaction<Tables>) => Promise<T>): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      this.#waiting.push({ name, work, resolve: resolve as (result: unknown) => void, reject });
      if (this.#running) return;
      this.#running = true;
      // Waits for one turn of the event loop, so that more writes can join.
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

  /**
   * Commits the writes of a batch together or, if that fails, each one separately.
   *
   * @returns one callback per committed write, which resolves the promise of the write; the promises of failed
   *   writes are already rejected
   */
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

/**
 * Whether the error, such as a full disk or a locked file, would affect every write of the batch. In that case
 * no write is run again.
 */
const concernsAll = (error: unknown): boolean =>
  error instanceof SQLite.SqliteError && !error.code.startsWith("SQLITE_CONSTRAINT");

/**
 * Locks the file for this process, because two processes on one file would each recover the other's calls. The
 * operating system releases the lock when the process ends.
 */
function lockForThisProcess(path: string): Connection {
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

function setPragmas(sqlite: Connection, pragmas: Record<string, string | number>, inMemory: boolean): void {
  for (const [name, wanted] of Object.entries(pragmas)) {
    sqlite.pragma(`${name} = ${String(wanted)}`);
    const got = sqlite.pragma(name, { simple: true });
    const expected = inMemory && name === "journal_mode" ? "memory" : wanted;
    if (got !== expected)
      throw new Error(`SQLite did not accept ${name}=${String(wanted)}: it says ${String(got)}`);
  }
}
