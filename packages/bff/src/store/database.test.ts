import { existsSync } from "node:fs";
import { setTimeout } from "node:timers/promises";
import { engines, postgresUrl, sqliteUrl } from "@uis-call/testing/databases";
import { sql } from "kysely";
import { afterEach, describe, expect, it } from "vitest";
import { type Database, isWritable, openExisting, openDatabase } from "./database.js";
import { StoreError } from "./store-error.js";

const opened: Database[] = [];
afterEach(async () => {
  for (const db of opened.splice(0)) await db.close().catch(() => undefined);
});

async function open(url: string): Promise<Database> {
  const db = await openDatabase(url);
  opened.push(db);
  return db;
}

const session = (id: string) => ({ id, data: "{}", expires_at: "2026-11-23T00:00:00.000Z" });

const idsOf = async (db: Database) =>
  (await db.query.selectFrom("sessions").select("id").orderBy("id").execute()).map(({ id }) => id);

describe.each(engines)("the database on %s", (_name, newUrl) => {
  it("keeps what it has committed, and migrates an older file without losing it", async () => {
    const url = await newUrl();
    const first = await open(url);
    await first.write("test", (transaction) =>
      transaction.insertInto("sessions").values(session("a")).execute(),
    );
    await first.close();
    expect(await idsOf(await open(url))).toEqual(["a"]);
  });

  it("commits all of simultaneous writes but the one that fails", async () => {
    const db = await open(await newUrl());
    const writes = Array.from({ length: 150 }, (_, n) =>
      db.write("test", async (transaction) => {
        await transaction
          .insertInto("sessions")
          .values(session(String(n)))
          .execute();
        if (n === 77)
          await transaction
            .insertInto("sessions")
            .values(session(String(n)))
            .execute();
        return n;
      }),
    );
    const results = await Promise.allSettled(writes);
    const failed = results.flatMap((result, n) => (result.status === "rejected" ? [n] : []));
    expect(failed).toEqual([77]);
    expect(results[78]).toEqual({ status: "fulfilled", value: 78 });
    const ids = await idsOf(db);
    expect(ids).toHaveLength(149);
    expect(ids).not.toContain("77");
  });

  it("fails with StoreError when a write fails", async () => {
    const db = await open(await newUrl());
    const failed = db.write("settle", () => Promise.reject(new Error("no")));
    await expect(failed).rejects.toBeInstanceOf(StoreError);
    await expect(failed).rejects.toThrow("the database failed to write: settle");
  });

  it("says whether it takes writes", async () => {
    const db = await open(await newUrl());
    expect(await isWritable(db)).toBe(true);
    await db.close();
    expect(await isWritable(db)).toBe(false);
  });
});

describe("a PostgreSQL connection", () => {
  it("that is cut in the middle of a transaction fails that write, and nothing else", async () => {
    const db = await open(await postgresUrl());
    const cut = db.write("test", async (transaction) => {
      const { rows } = await sql<{ pid: number }>`select pg_backend_pid() as pid`.execute(transaction);
      await sql`select pg_terminate_backend(${rows[0]?.pid ?? 0})`.execute(db.query);
      // Waits until the server's message has arrived while no query is running. This happens to a process that
      // was suspended.
      await setTimeout(100);
      await transaction.insertInto("sessions").values(session("a")).execute();
    });
    await expect(cut).rejects.toBeInstanceOf(StoreError);
    await db.write("test", (transaction) =>
      transaction.insertInto("sessions").values(session("b")).execute(),
    );
    expect(await idsOf(db)).toEqual(["b"]);
  });
});

describe("a SQLite file", () => {
  it("is durable on every opening, the second of a WAL file included", async () => {
    const url = sqliteUrl().replace("calls.db", "deep/calls.db");
    const settingsOf = async (db: Database) => {
      const ask = async (name: string) => {
        const pragma = sql<Record<string, unknown>>`pragma ${sql.raw(name)}`;
        return (await db.write("test", (transaction) => pragma.execute(transaction))).rows[0]?.[name];
      };
      return [await ask("journal_mode"), await ask("synchronous")];
    };
    for (let opening = 0; opening < 2; opening++) {
      const db = await open(url);
      // The setting is NORMAL, because the backend itself syncs the log (write-ahead-log.test.ts).
      expect(await settingsOf(db)).toEqual(["wal", 1]);
      const existing = await openExisting(url);
      expect(await settingsOf(existing)).toEqual(["wal", 2]);
      await existing.close();
      await db.close();
    }
  });

  it("is refused to a second opener while the first has it, and free again after", async () => {
    const url = sqliteUrl();
    const first = await open(url);
    await expect(openDatabase(url)).rejects.toThrow("is in use by another process");
    await first.close();
    await open(url);
    expect(existsSync(url.slice("sqlite:".length))).toBe(true);
  });
});

describe("a database address", () => {
  it("of no known kind is refused with the ones there are", async () => {
    await expect(openDatabase("mysql://x")).rejects.toThrow("expected sqlite:PATH or postgres://");
  });
});
