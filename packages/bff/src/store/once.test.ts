import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { copyAll } from "./copy.js";
import { type Database, openDatabase } from "./database.js";
import { engines, postgresUrl, sqliteUrl } from "@uis-call/testing/databases";
import { consume, type OneTimeToken, pruneUses, restore } from "./once.js";

const NOW = new Date("2026-11-23T09:00:00Z");
const after = (ms: number): Date => new Date(NOW.getTime() + ms);

const token = (differing: Partial<OneTimeToken> = {}): OneTimeToken => ({
  ...{ kind: "identity", tenant: "acme", id: "t-1", expiresAt: after(60_000), checkedAt: NOW },
  ...differing,
});

describe.each(engines)("a token for one use on %s", (_name, newUrl) => {
  let db: Database;
  beforeEach(async () => {
    db = await openDatabase(await newUrl());
  });
  afterEach(() => db.close());

  const use = (one: OneTimeToken): Promise<boolean> =>
    db.write("test", (transaction) => consume(transaction, one));

  it.each([undefined, 1, 3])("is good for as many as it says of simultaneous uses: %s", async (most) => {
    const uses = await Promise.all(Array.from({ length: 20 }, () => use(token({ most }))));
    expect(uses.filter(Boolean)).toHaveLength(most ?? 1);
  });

  it("is another's where tenant, kind or id is another", async () => {
    const others: Partial<OneTimeToken>[] = [{}, { tenant: "careful" }, { kind: "proof" }, { id: "t-2" }];
    for (const other of others) expect(await use(token(other))).toBe(true);
    for (const other of others) expect(await use(token(other))).toBe(false);
  });

  it("is good again once its use is taken back, for a use that waits for it, too", async () => {
    const waiting: Promise<boolean>[] = [];
    await db.write("test", async (transaction) => {
      expect(await consume(transaction, token())).toBe(true);
      waiting.push(use(token()));
      await restore(transaction, [token()]);
    });
    expect(await Promise.all(waiting)).toEqual([true]);
    expect(await use(token())).toBe(false);
  });

  it("stays used until it expires, when its id may come again", async () => {
    expect(await use(token())).toBe(true);
    expect(await use(token({ checkedAt: after(59_999) }))).toBe(false);
    const next = token({ checkedAt: after(60_000), expiresAt: after(120_000) });
    expect([await use(next), await use(next)]).toEqual([true, false]);
  });

  it("is good for one use, however late it expires", async () => {
    const milliseconds = token({ expiresAt: new Date(NOW.getTime() * 1000) });
    const never = token({ id: "t-2", expiresAt: new Date(NaN) });
    for (const one of [milliseconds, never]) expect([await use(one), await use(one)]).toEqual([true, false]);
  });

  it("is forgotten a day after it has expired, and no sooner", async () => {
    await use(token());
    const day = 24 * 60 * 60_000;
    const kept = async () => (await db.query.selectFrom("used_once").select("uses").execute()).length;
    await pruneUses(db, after(60_000 + day - 1));
    expect(await kept()).toBe(1);
    await pruneUses(db, after(60_000 + day));
    expect(await kept()).toBe(0);
  });
});

it("a used token stays used when its database is moved to PostgreSQL", async () => {
  const [from, to] = [await openDatabase(sqliteUrl()), await openDatabase(await postgresUrl())];
  const useIn = (db: Database) => db.write("test", (transaction) => consume(transaction, token()));
  expect(await useIn(from)).toBe(true);
  await copyAll(from, to);
  expect(await useIn(to)).toBe(false);
  await Promise.all([from.close(), to.close()]);
});
