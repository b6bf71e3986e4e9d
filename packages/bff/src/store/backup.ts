import { closeSync, existsSync, fsyncSync, openSync, renameSync, rmSync } from "node:fs";
import { openExisting, sqlitePath } from "./database.js";
import { ALL_TENANTS, pauseCalls } from "./pauses.js";
import { SQLite } from "./sqlite-driver.js";

/**
 * Copies the SQLite database at `url` to `file`, even while a backend writes to the database (sqlite.org,
 * "VACUUM INTO"). The copy is in quarantine: a backend that runs on it dials nothing, because calls made after
 * the copy are missing from it.
 *
 * @throws Error when `file` exists, or when the database is PostgreSQL, which has its own backup tools
 */
export async function backUp(url: string, file: string, now: Date): Promise<void> {
  const path = sqlitePath(url);
  if (path === undefined) {
    throw new Error(
      `PostgreSQL is backed up by its own tool: pg_dump --format=custom --file=${file} "$DATABASE_URL"; once restored, and before a backend starts on it: uis-call-bff quarantine`,
    );
  }
  if (existsSync(file)) throw new Error(`${file} exists: name a file that does not`);
  if (!existsSync(path)) throw new Error(`there is no ${path}: DATABASE_URL has to name the database`);
  const unfinished = `${file}.unfinished`;
  try {
    copy(path, unfinished);
    const db = await openExisting(`sqlite:${unfinished}`);
    await pauseCalls(db, ALL_TENANTS, "restored", now).finally(() => db.close());
    flush(unfinished);
    renameSync(unfinished, file);
  } finally {
    for (const suffix of ["", "-wal", "-shm"]) rmSync(unfinished + suffix, { force: true });
  }
}

function copy(from: string, to: string): void {
  rmSync(to, { force: true });
  const source = new SQLite(from, { fileMustExist: true });
  try {
    source.prepare("vacuum into ?").run(to);
  } finally {
    source.close();
  }
}

function flush(file: string): void {
  const handle = openSync(file, "r+");
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}
