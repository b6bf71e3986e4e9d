import { randomUUID } from "node:crypto";
import { setTimeout } from "node:timers/promises";
import { engines, postgresUrl, sqliteUrl } from "@uis-call/testing/databases";
import { startTestBff, type TestBff, type TestBffOptions } from "@uis-call/testing/test-bff";
import type { Visitor } from "@uis-call/testing/visitor";
import { sql } from "kysely";
import { afterEach, describe, expect, it } from "vitest";
import { listening, type Statement } from "./store/statements.harness.js";

const CALL = { target: "sales", phone: "8 900 000-00-01" };

const running: TestBff[] = [];
afterEach(async () => {
  for (const bff of running.splice(0)) await bff.stop();
});

async function start(options: TestBffOptions): Promise<TestBff> {
  const bff = await startTestBff({ tenant: "limits: none", ...options });
  running.push(bff);
  return bff;
}

async function visitorOf(bff: TestBff): Promise<Visitor> {
  const visitor = bff.visitor();
  await visitor.open();
  return visitor;
}

const placed = (bff: TestBff) => bff.uis.received("place_calls").length;

const times = <T>(count: number, make: (n: number) => T): T[] =>
  Array.from({ length: count }, (_, n) => make(n));

describe.each(engines)("the promises of the backend on %s", (_name, newUrl) => {
  it("one row, one dial and a hundred equal answers for a hundred parallel requests with one key", async () => {
    const bff = await start({ databaseUrl: await newUrl() });
    const visitor = await visitorOf(bff);
    const headers = { "idempotency-key": randomUUID() };
    const answers = await Promise.all(times(100, () => visitor.call(CALL, headers)));
    expect(new Set(answers.map(({ body }) => body.id)).size).toBe(1);
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([202]));
    expect(await bff.database.query.selectFrom("calls").select("id").execute()).toHaveLength(1);
    expect(placed(bff)).toBe(1);
  });

  it("one dial, and ninety-nine requests kept, for one number from a hundred sessions", async () => {
    const bff = await start({ databaseUrl: await newUrl() });
    const visitors = await Promise.all(times(100, () => visitorOf(bff)));
    const answers = await Promise.all(visitors.map((visitor) => visitor.call(CALL)));
    const held = answers.filter(({ body }) => body.status === "held");
    expect(held).toHaveLength(99);
    expect(new Set(held.map(({ body }) => body.reason))).toEqual(new Set(["kept"]));
    const leads = await bff.database.query
      .selectFrom("notifications")
      .select(["reason", "requests"])
      .execute();
    // Waits, because the visitor may have been answered before UIS is asked.
    await expect.poll(() => placed(bff)).toBe(1);
    expect(leads).toEqual([{ reason: "number_under_way", requests: 99 }]);
  });

  it("a click on another tab of the same visitor is shown the call that is under way", async () => {
    const bff = await start({ databaseUrl: await newUrl() });
    const visitor = await visitorOf(bff);
    const first = await visitor.call(CALL);
    const second = await visitor.call(CALL);
    expect([second.status, second.body.id]).toEqual([202, first.body.id]);
    expect(placed(bff)).toBe(1);
  });

  it("a call for later is not dialled now, and can be cancelled until it is", async () => {
    const bff = await start({ databaseUrl: await newUrl() });
    const visitor = await visitorOf(bff);
    const at = new Date(Date.now() + 3_600_000).toISOString();
    const { status, body } = await visitor.call({ ...CALL, at });
    expect([status, body.status, body.scheduledFor]).toEqual([202, "scheduled", at]);
    const stranger = await visitorOf(bff);
    expect((await stranger.send("DELETE", `/calls/${body.id}`)).status).toBe(404);
    const cancelled = await visitor.send<{ status: string }>("DELETE", `/calls/${body.id}`);
    expect([cancelled.status, cancelled.body.status]).toEqual([200, "cancelled"]);
    const now = await visitor.call(CALL);
    const late = await visitor.send("DELETE", `/calls/${now.body.id}`);
    expect([late.status, late.body.code]).toEqual([409, "too_late"]);
    expect(placed(bff)).toBe(1);
  });

  it("a repeat that comes after the time it asks for is shown the call, not told that the time is wrong", async () => {
    const bff = await start({ databaseUrl: await newUrl() });
    const visitor = await visitorOf(bff);
    const request = { ...CALL, at: new Date(Date.now() + 400).toISOString() };
    const headers = { "idempotency-key": randomUUID() };
    const first = await visitor.call(request, headers);
    await setTimeout(500);
    const repeat = await visitor.call(request, headers);
    expect([repeat.status, repeat.body.id]).toEqual([202, first.body.id]);
    expect((await visitor.call(request)).body.code).toBe("invalid_request");
    expect(placed(bff)).toBeLessThanOrEqual(1);
  });

  it.each([-1000, 15 * 24 * 3_600_000])("a time %i ms from now is refused", async (ms) => {
    const bff = await start({ databaseUrl: await newUrl() });
    const visitor = await visitorOf(bff);
    const { status, body } = await visitor.call({ ...CALL, at: new Date(Date.now() + ms).toISOString() });
    expect([status, body.code, body.at]).toEqual([422, "invalid_request", "at"]);
  });

  it("a database that is gone means 503 for whatever needs it, nothing dialled, no cookie, and still alive", async () => {
    const bff = await start({ databaseUrl: await newUrl() });
    const visitor = await visitorOf(bff);
    await bff.database.close();
    const session = await bff.visitor().open();
    const call = await visitor.call(CALL);
    expect([session.status, session.headers["set-cookie"], call.status, call.body.code]).toEqual([
      503,
      undefined,
      503,
      "unavailable",
    ]);
    expect(call.headers["retry-after"]).toBe("5");
    expect((await visitor.send("GET", "/health/live")).status).toBe(200);
    expect((await visitor.send("GET", "/health/ready")).status).toBe(503);
    expect(placed(bff)).toBe(0);
  });

  it("a session that could not be read is not lost for it", async () => {
    const bff = await start({ databaseUrl: await newUrl() });
    const visitor = await visitorOf(bff);
    const { query } = bff.database;
    await query.schema.alterTable("sessions").renameTo("elsewhere").execute();
    expect((await visitor.call(CALL)).status).toBe(503);
    await query.schema.alterTable("elsewhere").renameTo("sessions").execute();
    expect((await visitor.call(CALL)).status).toBe(202);
  });

  it("a restored backup dials nothing, neither what it holds nor what comes in, and keeps all of it", async () => {
    const databaseUrl = await newUrl();
    const before = await start({ databaseUrl });
    const visitor = await visitorOf(before);
    const { body } = await visitor.call({ ...CALL, at: new Date(Date.now() + 3_600_000).toISOString() });
    await before.database.write("test", async (transaction) => {
      await transaction
        .insertInto("pauses")
        .values({ scope: "*", reason: "restored", since: new Date().toISOString() })
        .execute();
      await transaction.updateTable("calls").set({ due_at: "2026-01-01T00:00:00.000Z" }).execute();
    });
    const kept = await visitor.until(body.id, "held");
    const fresh = await visitor.call({ ...CALL, phone: "8 900 000-00-02" });
    expect([kept.reason, fresh.body.status, fresh.body.reason]).toEqual(["restored", "held", "restored"]);
    expect(placed(before)).toBe(0);
  });
});

describe("a full disk", () => {
  it("means 503 before any 2xx, and is over when there is room again", async () => {
    const bff = await start({ databaseUrl: sqliteUrl() });
    const visitor = await visitorOf(bff);
    const { query } = bff.database;
    // A limit on the number of pages makes SQLite report the error of a full disk, SQLITE_FULL.
    const { rows } = await sql<{ page_count: number }>`pragma page_count`.execute(query);
    const limit = (pages: number | undefined) =>
      bff.database.write("test", (transaction) =>
        sql`pragma max_page_count = ${sql.raw(String(pages))}`.execute(transaction),
      );
    await limit(rows[0]?.page_count);
    const page = `https://acme.example/${"long".repeat(400)}`;
    const answers = [];
    for (let n = 10; n < 40; n++) {
      answers.push(await visitor.call({ ...CALL, page, phone: `8 900 000-00-${String(n)}` }));
    }
    expect(answers.at(-1)?.status).toBe(503);
    const accepted = answers.filter(({ status }) => status < 300);
    expect(await query.selectFrom("calls").select("id").execute()).toHaveLength(accepted.length);
    expect(placed(bff)).toBe(accepted.length);
    await limit(1_000_000);
    expect((await visitor.call({ ...CALL, phone: "8 900 000-00-02" })).status).toBe(202);
    const integrity = await sql<{ integrity_check: string }>`pragma integrity_check`.execute(query);
    expect(integrity.rows).toEqual([{ integrity_check: "ok" }]);
  });
});

describe("two instances on one PostgreSQL", () => {
  it("share sessions, calls and their news, and dial once between them", async () => {
    const options = { databaseUrl: await postgresUrl(), sessionSecret: "s".repeat(32) };
    const one = await start(options);
    const other = await start({ ...options, uisUrl: one.uis.url });
    const visitor = await visitorOf(one);
    const elsewhere = other.visitor();
    Object.assign(elsewhere, { cookie: visitor.cookie, csrfToken: visitor.csrfToken });
    const headers = { "idempotency-key": randomUUID() };
    const answers = await Promise.all(
      times(40, (n) => (n % 2 === 0 ? visitor : elsewhere).call(CALL, headers)),
    );
    const [id = "", ...others] = new Set(answers.map(({ body }) => body.id));
    expect(others).toEqual([]);
    // Waits, because all visitors may have been answered before UIS is asked.
    await expect.poll(() => placed(one)).toBe(1);
    one.uis.exchange.change({ answerByThemselves: { visitor: 0, office: 0 } });
    const seen = [];
    for await (const call of elsewhere.follow(id)) seen.push(call.status);
    expect(seen.at(-1)).toBe("placed");
    expect(placed(one)).toBe(1);
  });

  it("count as alive while their last calls end, so that no other instance recovers them", async () => {
    const heard: Statement[] = [];
    const one = await start({ databaseUrl: await postgresUrl(), open: listening(heard) });
    const visitor = await visitorOf(one);
    expect((await visitor.call(CALL)).status).toBe(202);
    const drained = one.drain();
    await expect.poll(async () => (await visitor.send("GET", "/health/ready")).text).toContain("draining");
    one.uis.exchange.change({ answerByThemselves: { visitor: 0, office: 0 } });
    await drained;
    const last = heard.filter(
      ({ sql, parameters }) =>
        /^delete from "instances"|"finished_at" = /.test(sql) && parameters[0] !== "readiness",
    );
    expect(last.map(({ sql }) => sql.split(" ", 3).join(" "))).toEqual([
      'update "attempts" set',
      'delete from "instances"',
    ]);
  });

  it("ask UIS for one session key between them, and for one more when it is refused under load", async () => {
    const options = { databaseUrl: await postgresUrl(), sessionSecret: "s".repeat(32) };
    const one = await start(options);
    const other = await start({ ...options, uisUrl: one.uis.url });
    one.uis.exchange.change({ answersWhen: "accepted" });
    const visitors = await Promise.all([visitorOf(one), visitorOf(other)]);
    let number = 100;
    const calls = () =>
      Promise.all(times(60, (n) => visitors[n % 2]!.call({ ...CALL, phone: `8 900 000-1${number++}` })));
    const logins = () => one.uis.received("authenticate").length;
    await calls();
    await expect.poll(() => placed(one), { timeout: 10_000 }).toBe(60);
    expect(logins()).toBe(1);
    one.uis.expireSessionKeys();
    await calls();
    await expect.poll(() => one.uis.exchange.calls.length, { timeout: 10_000 }).toBe(120);
    expect(logins()).toBe(2);
  });
});
