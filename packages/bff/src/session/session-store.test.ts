import { engines } from "@uis-call/testing/databases";
import { TestClock } from "@uis-call/testing/test-clock";
import type { SessionData } from "express-session";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type Database, openDatabase } from "../store/database.js";
import { SessionStore } from "./session-store.js";

const MINUTE = 60_000;

describe.each(engines)("the session store on %s", (_engine, emptyDatabase) => {
  let db: Database;
  let clock: TestClock;
  let store: SessionStore;
  let session: SessionData;

  beforeEach(async () => {
    db = await openDatabase(await emptyDatabase());
    clock = new TestClock();
    store = new SessionStore(db, clock, { idle: 30 * MINUTE, absolute: 60 * MINUTE });
    session = {
      cookie: { path: "/" } as SessionData["cookie"],
      uisCall: { tenant: "acme", principal: "p", csrfToken: "t", openedAt: clock.now().getTime() },
    };
  });
  afterEach(() => db.close());

  const call = <T>(start: (done: (error?: unknown, result?: T) => void) => void): Promise<T | undefined> =>
    new Promise((resolve, reject) => {
      let calls = 0;
      start((error, result) => {
        if (++calls > 1) reject(new Error("called back twice"));
        if (error == null) setImmediate(resolve, result);
        else setImmediate(reject, error);
      });
    });

  const set = () => call((done) => store.set("sid", session, done));
  const get = () => call<SessionData | null>((done) => store.get("sid", done));

  it("gives back what was stored, and null for what never was", async () => {
    await set();
    expect(await get()).toEqual(session);
    expect(await call((done) => store.get("other", done))).toBeNull();
  });

  it("replaces what is there", async () => {
    await set();
    session = { ...session, uisCall: { ...session.uisCall!, csrfToken: "t2" } };
    await set();
    expect((await get())?.uisCall?.csrfToken).toBe("t2");
  });

  it("forgets what is destroyed", async () => {
    await set();
    await call((done) => store.destroy("sid", done));
    expect(await get()).toBeNull();
  });

  it("ends a session after its idle time, by the server's clock", async () => {
    await set();
    clock.advance(30 * MINUTE);
    expect(await get()).toBeNull();
  });

  it("goes on while it is used, until its absolute end", async () => {
    await set();
    for (let use = 0; use < 2; use++) {
      clock.advance(25 * MINUTE);
      expect(await get()).not.toBeNull();
    }
    clock.advance(10 * MINUTE);
    expect(await get()).toBeNull();
  });

  it("deletes what has expired", async () => {
    await set();
    clock.advance(30 * MINUTE);
    await store.prune();
    expect(await db.query.selectFrom("sessions").selectAll().execute()).toEqual([]);
  });

  it("holds no session id that could be made into a cookie", async () => {
    await set();
    expect(JSON.stringify(await db.query.selectFrom("sessions").selectAll().execute())).not.toContain("sid");
  });

  it("passes every error on, once, without a code that express-session would take for a missing session", async () => {
    await set();
    await db.query.schema.dropTable("sessions").execute();
    for (const attempt of [get, set]) {
      const error: unknown = await attempt().catch((reason: unknown) => reason);
      expect(error).toBeInstanceOf(Error);
      expect(error).not.toHaveProperty("code");
    }
  });

  const DAMAGED = {
    "half a record": "{",
    "no text": "",
    null: "null",
    "a number": "1",
    "a list": "[]",
    "an empty object": "{}",
    "a cookie that is no object": '{"cookie":1}',
    "a cookie that express-session does not accept": '{"cookie":{"path":1,"expires":{}}}',
    "a session of another form": '{"cookie":{"path":"/"},"uisCall":{}}',
    "a session opened at no time":
      '{"cookie":{"path":"/"},"uisCall":{"tenant":"acme","principal":"p","csrfToken":"t","openedAt":"then"}}',
  };
  it.each(Object.entries(DAMAGED))("has no session for a damaged row: %s", async (_what, data) => {
    await set();
    await db.query.updateTable("sessions").set({ data }).execute();
    expect(await get()).toBeNull();
  });

  it("gives express-session no member of a cookie that it does not know", async () => {
    await set();
    const data = JSON.stringify({ ...session, cookie: { path: "/", maxAge: "long", secure: true } });
    await db.query.updateTable("sessions").set({ data }).execute();
    expect((await get())?.cookie).toEqual({ path: "/", secure: true });
  });
});
