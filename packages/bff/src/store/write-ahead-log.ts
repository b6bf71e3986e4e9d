import { type FileHandle, open } from "node:fs/promises";
import type { Database as Connection } from "better-sqlite3";

/**
 * Syncs SQLite's write-ahead log to disk: once for many commits, and off the event loop. `synchronous=FULL` would
 * block the process at each commit. Under `NORMAL` SQLite itself still syncs the log before a checkpoint, and the
 * database before the log is reset (sqlite.org/wal.html, "Performance Considerations").
 */
export class WriteAheadLog {
  readonly #sqlite: Connection;
  readonly #sync: (file: FileHandle) => Promise<void>;
  #file: Promise<FileHandle> | undefined;
  /**
   * Set while a sync runs and after one failed. The kernel may have dropped the pages that it could not write, and
   * the next sync would succeed all the same.
   */
  #doubtful = false;

  /** @param sync puts a file on disk; default: `fdatasync`, as SQLite does */
  constructor(sqlite: Connection, sync = (file: FileHandle): Promise<void> => file.datasync()) {
    this.#sqlite = sqlite;
    this.#sync = sync;
  }

  /**
   * Resolves when every commit made before this call is on disk.
   *
   * @throws Error of Node or SQLite (`EIO`, `ENOSPC` …) when that is not certain. Each later call then first runs a
   *   checkpoint and resets the log, until that succeeds.
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
   * Runs a checkpoint into the database file, which fails with an error if that cannot be written, and resets the
   * log.
   */
  #beginAnew(): void {
    const [result] = this.#sqlite.pragma("wal_checkpoint(truncate)") as [{ busy: number }];
    if (result.busy !== 0) throw new Error("the log is in use: the checkpoint could not be completed");
  }
}

/** Path of the file as SQLite resolved it, which may be the target of a link. */
function fileOf(sqlite: Connection): string {
  const [main] = sqlite.pragma("database_list") as [{ file: string }];
  return main.file;
}
