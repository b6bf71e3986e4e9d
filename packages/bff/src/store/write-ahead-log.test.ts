import { copyFileSync, mkdirSync, mkdtempSync, symlinkSync } from "node:fs";
import { type FileHandle, open } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { sqliteUrl } from "@uis-call/testing/databases";
import { SQLite } from "./sqlite-driver.js";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { type Database, openDatabase } from "./database.js";
import { StoreError } from "./store-error.js";

/** A disk. The test decides what happens when the log is synced to it. */
interface Disk {
  /** Called for each sync of the log. */
  sync: () => Promise<void>;
  syncs: number;
}

const session = (id: string) => ({ id, data: "{}", expires_at: "2026-11-23T00:00:00.000Z" });

const write = (db: Database, id: string) =>
  db.write("test", (transaction) => transaction.insertInto("sessions").values(session(id)).execute());

/** Returns the sessions that are in the database file if its log is lost in a power failure. */
function sessionsWithoutLog(path: string): unknown[] {
  const copy = join(mkdtempSync(join(tmpdir(), "uis-call-")), "copy.db");
  copyFileSync(path, copy);
  const file = new SQLite(copy);
  try {
    return file.prepare("select id from sessions order by id").pluck().all();
  } finally {
    file.close();
  }
}

describe("a commit to a SQLite file", () => {
  let db: Database;
  let path: string;
  let disk: Disk;

  beforeEach(async () => {
    const url = sqliteUrl();
    path = url.slice("sqlite:".length);
    db = await openDatabase(url);
    await write(db, "first");
    disk = { sync: () => Promise.resolve(), syncs: 0 };
    const handle = await open(path);
    const files = Object.getPrototypeOf(handle) as FileHandle;
    await handle.close();
    // eslint-disable-next-line @typescript-eslint/unbound-method -- called with its file below
    const really = files.datasync;
    vi.spyOn(files, "datasync").mockImplementation(async function (this: FileHandle) {
      disk.syncs++;
      await disk.sync();
      await really.call(this);
    });
  });
  afterEach(async () => {
    vi.restoreAllMocks();
    await db.close();
  });

  it("resolves when its log is on disk, and not before", async () => {
    let arrive = (): void => undefined;
    disk.sync = () => new Promise((resolve) => (arrive = resolve));
    let told = false;
    const written = write(db, "a").then(() => (told = true));
    await vi.waitFor(() => expect(disk.syncs).toBe(1));
    await new Promise((resolve) => setImmediate(resolve));
    expect(told).toBe(false);
    arrive();
    await written;
  });

  it("shares a sync with all commits that come during it", async () => {
    let arrive = (): void => undefined;
    disk.sync = () => new Promise((resolve) => (arrive = resolve));
    const first = write(db, "a");
    await vi.waitFor(() => expect(disk.syncs).toBe(1));
    const others = Array.from({ length: 30 }, (_, n) => write(db, `b${String(n)}`));
    disk.sync = () => Promise.resolve();
    arrive();
    await Promise.all([first, ...others]);
    expect(disk.syncs).toBe(2);
  });

  it("that the disk failed to store is an error, and the next one resolves only once both are on disk", async () => {
    disk.sync = () => Promise.reject(Object.assign(new Error("i/o error"), { code: "EIO" }));
    await expect(write(db, "a")).rejects.toBeInstanceOf(StoreError);
    // Simulates a kernel that has dropped the pages: the next sync reports success.
    disk.sync = () => Promise.resolve();
    await write(db, "b");
    expect(sessionsWithoutLog(path)).toContain("a");
  });

  it("that the disk failed to store keeps later ones from resolving while the log cannot be reset", async () => {
    disk.sync = () => Promise.reject(Object.assign(new Error("i/o error"), { code: "EIO" }));
    await expect(write(db, "a")).rejects.toBeInstanceOf(StoreError);
    disk.sync = () => Promise.resolve();
    const reader = new SQLite(path, { readonly: true });
    reader.exec("begin");
    reader.prepare("select count(*) from sessions").get();
    await expect(write(db, "b")).rejects.toBeInstanceOf(StoreError);
    reader.close();
    await write(db, "c");
    expect(sessionsWithoutLog(path)).toEqual(expect.arrayContaining(["a", "b"]));
  });
});

it("a database behind a link has its commits on the disk, too", async () => {
  const folder = mkdtempSync(join(tmpdir(), "uis-call-"));
  mkdirSync(join(folder, "real"));
  symlinkSync(join(folder, "real", "calls.db"), join(folder, "link.db"));
  const db = await openDatabase(`sqlite:${join(folder, "link.db")}`);
  await write(db, "a");
  await db.close();
  const again = await openDatabase(`sqlite:${join(folder, "real", "calls.db")}`);
  expect(await again.query.selectFrom("sessions").select("id").execute()).toEqual([{ id: "a" }]);
  await again.close();
});
