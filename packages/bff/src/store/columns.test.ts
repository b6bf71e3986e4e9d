import { sql } from "kysely";
import { afterEach, describe, expect, it } from "vitest";
import { type CallColumn, type DeletedColumn, type PartColumn, type RowOf, text } from "./column.js";
import { ATTEMPTS, CALLS, INTENTS, NOTIFICATIONS, OPT_OUT_CODES } from "./columns.js";
import { type Database, openDatabase } from "./database.js";
import { engines } from "@uis-call/testing/databases";
import type { Tables } from "./tables.js";

const LISTS: Partial<Record<keyof Tables, Record<string, DeletedColumn | PartColumn | CallColumn>>> = {
  calls: CALLS,
  attempts: ATTEMPTS,
  notifications: NOTIFICATIONS,
  intents: INTENTS,
  opt_out_codes: OPT_OUT_CODES,
};

/** Tables that have no list of columns, and the reason why erasure need not change them. */
const WITHOUT_LIST: Partial<Record<keyof Tables, string>> = {
  sessions: "end by themselves within twelve hours",
  anonymous_tries: "count sessions, which are random, and end by themselves",
  limit_counts: "end by themselves; export finds the number's in them",
  used_once: "ids of tokens, which end by themselves",
  receivers: "are of tenants",
  bans: "are of sessions, which are random",
  number_blocks: "stay: they keep a number from being called; export has them",
  uis_tokens: "are of accounts",
  number_keys: "are the installation's",
  instances: "are processes",
  pauses: "are of tenants",
};

const DECIDE =
  "say in store/columns.ts its type, whether it is personal and what erasure does with it, whether a repeat of the request has to have it equal, and under which name it is exported";

/** Returns the columns of this database for which the lists lack a decision, one line per column. */
async function undecided(db: Database): Promise<string[]> {
  const tables = await db.query.introspection.getTables();
  return tables.flatMap(({ name: table, columns }) => {
    const list = LISTS[table as keyof Tables];
    if (list === undefined) {
      if (table in WITHOUT_LIST) return [];
      return [
        `${table}: list its columns in store/columns.ts, or say in WITHOUT_LIST why it holds nobody's data`,
      ];
    }
    const missing = Object.keys(list).filter((name) => !columns.some((column) => column.name === name));
    return [
      ...missing.map((name) => `${table}.${name}: is in store/columns.ts, and no migration makes it`),
      ...columns.flatMap(({ name, dataType, isNullable }) => {
        const type = list[name]?.type;
        if (type === undefined) return [`${table}.${name}: ${DECIDE}`];
        const found = `${dataType.toLowerCase().replace("int4", "integer")}${isNullable ? " or null" : ""}`;
        const listed = `${type.sql}${type.nullable ? " or null" : ""}`;
        return found === listed ? [] : [`${table}.${name}: is ${found}, in store/columns.ts ${listed}`];
      }),
    ];
  });
}

describe.each(engines)("the lists of columns on %s", (_name, newUrl) => {
  let db: Database;
  afterEach(() => db.close());

  it("have each column of the database with its type, and no other", async () => {
    db = await openDatabase(await newUrl());
    expect(await undecided(db)).toEqual([]);
  });

  it("are asked for a column and a table that only a migration has", async () => {
    db = await openDatabase(await newUrl());
    await db.write("test", async (transaction) => {
      await sql`alter table calls add column foo text`.execute(transaction);
      await sql`create table dreams (id text not null primary key)`.execute(transaction);
    });
    expect((await undecided(db)).sort()).toEqual([
      `calls.foo: ${DECIDE}`,
      "dreams: list its columns in store/columns.ts, or say in WITHOUT_LIST why it holds nobody's data",
    ]);
  });
});

const partsOfCalls = Object.entries({ CALLS, ATTEMPTS, NOTIFICATIONS }).flatMap(([list, columns]) =>
  Object.entries<PartColumn>(columns).map(([name, column]) => ({ ...column, name: `${list}.${name}` })),
);

describe("the lists of columns", () => {
  it("do not compile with a question left open", () => {
    // @ts-expect-error: erase, fingerprint and export are missing
    const undecided = { foo: { type: text() } } satisfies Record<string, CallColumn>;
    const decided = {
      foo: { type: text(), erase: "", fingerprint: false, export: false },
    } satisfies Record<string, CallColumn>;
    // @ts-expect-error: rows have to have it
    const row: RowOf<typeof decided> = {};
    expect([Object.keys(undecided), Object.keys(decided), row]).toEqual([["foo"], ["foo"], {}]);
  });

  it("erase to null only what may be null", () => {
    const wrong = partsOfCalls.filter(({ type, erase }) => erase === null && !type.nullable);
    expect(wrong.map(({ name }) => name)).toEqual([]);
  });

  it("erase what is encrypted, and the hashes of numbers", () => {
    const personal = partsOfCalls.filter(
      ({ name, type }) => type.written === "encrypted" || name.endsWith("_hash"),
    );
    expect(personal.map(({ name, erase }) => [name, erase])).toEqual(
      ["visitor_number", "visitor_hash", "office_number", "office_hash", "operator_hash", "consent_address"]
        .map((name) => [`CALLS.${name}`, null])
        .concat([["NOTIFICATIONS.matter_hash", null]]),
    );
  });
});
