import { sql } from "kysely";
import { afterAll, beforeAll, expect, it } from "vitest";
import { type Database, openDatabase } from "./database.js";
import type { Tables } from "./tables.js";

/** Tables without the tenant in a unique key, and what keeps the tenants apart in each of them. */
const OTHERWISE: Partial<Record<keyof Tables, string>> = {
  attempts: "belong to the call whose id they begin with",
  opt_out_codes: "belong to a call; the code, told to the one who was called, is all there is to know",
  sessions: "a session id is unique, and its data names the tenant",
  pauses: "the scope is the tenant's id, or all tenants",
  limit_counts: "a bucket of one tenant's has its id for a beginning; others are for the installation",
  bans: "the visitor begins with the tenant's id",
  number_blocks: "are for all tenants: the one who has the number wants no calls",
  uis_tokens: "belong to an account of UIS's, which tenants may share",
  number_keys: "the database has one",
  instances: "are processes",
};

let db: Database;
beforeAll(async () => {
  db = await openDatabase("sqlite::memory:");
});
afterAll(() => db.close());

async function uniqueKeys(table: string): Promise<string[][]> {
  const { rows: indexes } = await sql<{
    name: string;
  }>`select name from pragma_index_list(${table}) where "unique" = 1`.execute(db.query);
  const keys: string[][] = [];
  for (const { name } of indexes) {
    const { rows } = await sql<{ name: string | null }>`select name from pragma_index_info(${name})`.execute(
      db.query,
    );
    keys.push(rows.map(({ name }) => name ?? ""));
  }
  return keys;
}

it("each table has the tenant at the head of a unique key, or says here how tenants are kept apart in it", async () => {
  const tables = (await db.query.introspection.getTables()).map(({ name }) => name);
  const keyed: string[] = [];
  for (const table of tables) {
    const first = (await uniqueKeys(table)).map(([column]) => column);
    if (first.includes("tenant")) keyed.push(table);
  }
  expect(keyed.sort()).toEqual([
    "anonymous_tries",
    "calls",
    "intents",
    "notifications",
    "receivers",
    "used_once",
  ]);
  const explained = Object.keys(OTHERWISE);
  const silent = tables.filter((table) => !keyed.includes(table) && !explained.includes(table));
  expect(silent, "put the tenant into a unique key, or a line into OTHERWISE").toEqual([]);
  expect(explained.filter((table) => !tables.includes(table))).toEqual([]);
});
