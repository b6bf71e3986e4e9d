import { afterEach, expect, it } from "vitest";
import { copyAll } from "./copy.js";
import { type Database, openDatabase } from "./database.js";
import { postgresUrl, sqliteUrl } from "@uis-call/testing/databases";
import type { Tables } from "./tables.js";

/** Tables that are not copied, because they are useful only in the old database. */
const STAY_BEHIND = ["anonymous_tries", "instances", "uis_tokens"];

const opened: Database[] = [];
afterEach(async () => {
  for (const db of opened.splice(0)) await db.close();
});

async function open(url: string): Promise<Database> {
  const db = await openDatabase(url);
  opened.push(db);
  return db;
}

const rowsOf = (db: Database, table: string) =>
  db.query
    .selectFrom(table as keyof Tables)
    .selectAll()
    .execute();

it("takes every column of every table along, but for what belongs to the old place", async () => {
  const [from, to] = [await open(sqliteUrl()), await open(await postgresUrl())];
  const tables = await from.query.introspection.getTables();
  await from.write("test", async (transaction) => {
    // Inserts the row of the call first, because rows of attempts and notifications refer to it.
    const sorted = [...tables].sort(({ name }) => (name === "calls" ? -1 : 1));
    for (const { name, columns } of sorted) {
      const row = columns.map(
        (column) => [column.name, column.dataType.toLowerCase() === "integer" ? 7 : "x"] as const,
      );
      await transaction
        .insertInto(name as keyof Tables)
        .values(Object.fromEntries(row))
        .execute();
    }
  });
  expect(await copyAll(from, to)).toBe(1);
  const left: string[] = [];
  for (const { name } of tables) {
    const copied = await rowsOf(to, name);
    if (copied.length === 0) left.push(name);
    else expect(copied, name).toEqual(await rowsOf(from, name));
  }
  expect(left.sort()).toEqual(STAY_BEHIND);
});
