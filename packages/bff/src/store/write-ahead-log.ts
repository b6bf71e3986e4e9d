import { type FileHandle, open } from "node:fs/promises";
import type SQLite from "better-sqlite3";

/**
 * The file that SQLite appends its commits to, put on the disk by us, once for many commits and beside the event loop:
 * `synchronous=FULL` would do it within each, and the whole process would stand still for as long. The rest SQLite does
 * under `NORMAL` as well: it puts the log on the disk before it takes it over into the database, and the database before
 * it begins the log anew (sqlite.org/wal.html, "Performance Considerations").
 */
export class WriteAheadLog {
  readonly #sqlite: SQLite.Database;
  readonly #sync: (file: FileHandle) => Promise<void>;
  #file: Promise<FileHandle> | undefined;
  /** The system may have dropped what it could not write, and would say at the next attempt that all is well. */
  #doubtful = false;

  /** @param sync puts a file on the disk; default: as SQLite does, with `fdatasync` */
  constructor(sqlite: SQLite.Database, sync = (file: FileHandle): Promise<void> => file.datasync()) {
    this.#sqlite = sqlite;
    this.#sync = sync;
  }

  /**
   * Resolves when every commit made before this call is on the disk.
   *
   * @throws Error as Node or SQLite gives it (`EIO`, `ENOSPC` …) when that is not certain. Until it is, each later call
   *   first tries to take the log over into the database, and to begin it anew.
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

  /** What is written anew, to another file, is either on the disk or an error of its own. */
  #beginAnew(): void {
    const [result] = this.#sqlite.pragma("wal_checkpoint(truncate)") as [{ busy: number }];
    if (result.busy !== 0) throw new Error("the log is in use: it cannot be taken over into the database");
  }
}

/** Where SQLite has it, which may be the other end of a link. */
function fileOf(sqlite: SQLite.Database): string {
  const [main] = sqlite.pragma("database_list") as [{ file: string }];
  return main.file;
}
