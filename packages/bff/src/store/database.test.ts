import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { sql } from "kysely";
import { describe, expect, it } from "vitest";
import { isWritable, openDatabase } from "./database.js";

const file = () => `sqlite:${join(mkdtempSync(join(tmpdir(), "uis-call-")), "deep", "calls.db")}`;

describe("the database", () => {
  it("is durable on every opening, the second of a WAL file included", async () => {
    const url = file();
    for (let opening = 0; opening < 2; opening++) {
      const db = await openDatabase(url);
      const { rows } = await sql<{ synchronous: number }>`pragma synchronous`.execute(db);
      const mode = await sql<{ journal_mode: string }>`pragma journal_mode`.execute(db);
      expect(rows[0]?.synchronous).toBe(2);
      expect(mode.rows[0]?.journal_mode).toBe("wal");
      await db.destroy();
    }
  });

  it("says whether it takes writes", async () => {
    const db = await openDatabase(file());
    expect(await isWritable(db)).toBe(true);
    await sql`pragma query_only = on`.execute(db);
    await db.schema
      .dropTable("sessions")
      .execute()
      .catch(() => undefined);
    await db.destroy();
    expect(await isWritable(db)).toBe(false);
  });

  it("refuses an address it does not know", async () => {
    await expect(openDatabase("mysql://x")).rejects.toThrow("DATABASE_URL: expected sqlite:PATH");
  });
});
