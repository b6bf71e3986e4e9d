import { readdirSync } from "node:fs";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { sql } from "kysely";
import { afterEach, describe, expect, it } from "vitest";
import { type Database, openDatabase } from "../database.js";
import { engines } from "@uis-call/testing/databases";
import { MIGRATIONS } from "./index.js";

const folder = dirname(fileURLToPath(import.meta.url));
const files = readdirSync(folder)
  .filter((file) => /^\d.*\.ts$/.test(file))
  .map((file) => file.slice(0, -".ts".length));

describe("the migrations", () => {
  it("are the files of the folder, each under its own name", () => {
    expect(Object.keys(MIGRATIONS), "list each file of store/migrations in its index.ts").toEqual(
      files.sort(),
    );
  });

  it("are numbered from 001 without a gap, and named for what they do", () => {
    const wanted = files.map((_, n) => expect.stringMatching(number(n + 1)) as string);
    expect(Object.keys(MIGRATIONS)).toEqual(wanted);
  });
});

const number = (n: number): RegExp => new RegExp(`^${String(n).padStart(3, "0")}-[a-z]+(-[a-z]+)*$`);

describe.each(engines)("a migration on %s", (_name, newUrl) => {
  const NEXT = "999-marks";
  const open: Database[] = [];
  afterEach(async () => {
    // eslint-disable-next-line @typescript-eslint/no-dynamic-delete
    delete MIGRATIONS[NEXT];
    for (const db of open.splice(0)) await db.close();
  });
  const reopened = async (url: string): Promise<Database> => {
    await open.pop()?.close();
    const db = await openDatabase(url);
    open.push(db);
    return db;
  };

  it("that is new is applied once, after the former, to a database with rows", async () => {
    const url = await newUrl();
    const first = await reopened(url);
    const instance = { id: "a", seen_at: "2026-11-23T00:00:00.000Z" };
    await first.write("test", (transaction) =>
      transaction.insertInto("instances").values(instance).execute(),
    );
    let applied = 0;
    MIGRATIONS[NEXT] = {
      async up(db) {
        applied++;
        await db.schema.alterTable("instances").addColumn("mark", "text").execute();
      },
    };
    await reopened(url);
    const db = await reopened(url);
    expect(applied).toBe(1);
    expect(await db.query.selectFrom("instances").selectAll().execute()).toEqual([
      { ...instance, mark: null },
    ]);
    const { rows } = await sql`select name from kysely_migration order by name`.execute(db.query);
    expect(rows).toEqual([...files, NEXT].map((name) => ({ name })));
  });
});
