import { type FileHandle, open } from "node:fs/promises";
import type { Database as Connection } from "better-sqlite3";

/**
 * Syncs SQLite's write-ahead log to disk, once for many commits and without blocking the event loop. (With
 * `synchronous=FULL`, SQLite would block the process at each commit.) With `NORMAL`, SQLite itself still syncs
 * the log before a checkpoint, and syncs the database before it resets the log (sqlite.org/wal.html,
 * "Performance Considerations").
 */
export class WriteAheadLog {
  readonly #sqlite: Connection;
  readonly #sync: (file: FileHandle) => Promise<void>;
  #file: Promise<FileHandle> | undefined;
  /**
   * True while a sync runs, and after a sync has failed. After a failure the next sync cannot be trusted: the
   * kernel may have dropped the pages that it could not write, and would still report success.
   */
  #doubtful = false;

  /** @param sync writes a file to disk; default: `fdatasync`, which SQLite uses, too */
  constructor(sqlite: Connection, sync = (file: FileHandle): Promise<void> => file.datasync()) {
    this.#sqlite = sqlite;
    this.#sync = sync;
  }

  /**
   * Resolves when every commit that was made before this call is on disk.
   *
   * @throws Error of Node or SQLite (`EIO`, `ENOSPC` …) when this is not certain. After that, each call first
   *   runs a checkpoint and resets the log, until this succeeds.
   */
  async flush(): Promise<void> {
    this.#file ??= open(`${fileOf(this.#sqlite)}-wal`, "r+");
    const file = await this.#file.catch((error: unknown) => {
      this.#file = undefined;
      throw error;
    });
    if (this.#doubtful) this.#beginAnew();
    this.#doubtful = true;
    await this.#sync(file);
    this.#doubtful = false;
  }

  async close(): Promise<void> {
    await (await this.#file?.catch(() => undefined))?.close();
  }

  /**
   * Writes all commits to the database file by a checkpoint, which throws if the file cannot be written, and
   * resets the log.
   */
  #beginAnew(): void {
    const [result] = this.#sqlite.pragma("wal_checkpoint(truncate)") as [{ busy: number }];
    if (result.busy !== 0) throw new Error("the log is in use: the checkpoint could not be completed");
  }
}

/**
 * Returns the path of the database file as SQLite resolved it. If `path` was a link, this is the target of the
 * link.
 */
function fileOf(sqlite: Connection): string {
  const [main] = sqlite.pragma("database_list") as [{ file: string }];
  return main.file;
}
