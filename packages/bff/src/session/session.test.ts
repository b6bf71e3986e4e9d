import { randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import { ORIGIN, withoutLimits } from "@uis-call/testing/acme";
import { sqliteUrl } from "@uis-call/testing/databases";
import { startTestBff, type TestBff, type TestBffOptions } from "@uis-call/testing/test-bff";
import { TestClock } from "@uis-call/testing/test-clock";
import type { Visitor } from "@uis-call/testing/visitor";
import { got } from "got";
import { afterEach, describe, expect, it } from "vitest";

const MINUTE = 60_000;
const CALL = { target: "sales", phone: "8 900 000-00-01", consent: true };

/** Two origins of the tenant `careful`: one on the backend's site, and one on another site. */
const WAYS = { cookie: "https://careful.acme.example", bearer: "https://careful.example" };

const bffs: TestBff[] = [];
afterEach(async () => {
  for (const bff of bffs.splice(0)) await bff.stop();
});
async function start(options: TestBffOptions = {}): Promise<TestBff> {
  const bff = await startTestBff({ configure: withoutLimits, ...options });
  bff.uis.exchange.settings.answersWhen = "accepted";
  bffs.push(bff);
  return bff;
}

async function opened(bff: TestBff, origin: string): Promise<Visitor> {
  const visitor = bff.visitor();
  expect((await visitor.open("careful", { origin })).status).toBe(200);
  return visitor;
}

/**
 * Whether the visitor still has a session. Requests a call that does not exist: with a session, the error is
 * about the call.
 */
async function isKnown(visitor: Visitor): Promise<boolean> {
  const { body } = await visitor.read(randomUUID());
  expect(["not_found", "session_required"]).toContain(body.code);
  return body.code === "not_found";
}

describe.each(Object.entries(WAYS))("a session by %s", (_way, origin) => {
  it("ends after 30 minutes without a request", async () => {
    const clock = new TestClock();
    const visitor = await opened(await start({ clock }), origin);
    clock.advance(29 * MINUTE);
    expect(await isKnown(visitor)).toBe(true);
    clock.advance(29 * MINUTE);
    expect(await isKnown(visitor)).toBe(true);
    clock.advance(30 * MINUTE);
    expect(await isKnown(visitor)).toBe(false);
  });

  it("ends after 12 hours, however much it is used", async () => {
    const clock = new TestClock();
    const visitor = await opened(await start({ clock }), origin);
    for (let used = 20; used < 12 * 60; used += 20) {
      clock.advance(20 * MINUTE);
      expect(await isKnown(visitor)).toBe(true);
    }
    clock.advance(20 * MINUTE);
    expect(await isKnown(visitor)).toBe(false);
  });

  it("is dead at once after DELETE, and with it every copy of its credential", async () => {
    const visitor = await opened(await start(), origin);
    const { cookie, sessionToken, csrfToken } = visitor;
    expect((await visitor.send("DELETE", "/session")).status).toBe(204);
    Object.assign(visitor, { cookie, sessionToken, csrfToken });
    expect(await isKnown(visitor)).toBe(false);
    expect((await visitor.call(CALL)).body.code).toBe("session_required");
  });

  it("has a fresh id after it, not the one the browser still sends", async () => {
    const visitor = await opened(await start(), origin);
    const before = visitor.cookie;
    await visitor.send("DELETE", "/session");
    await visitor.open("careful", { origin });
    if (before !== undefined) expect(visitor.cookie).not.toBe(before);
    expect(await isKnown(visitor)).toBe(true);
  });

  it("goes on after a change of secret while the former one is still listed", async () => {
    const databaseUrl = sqliteUrl();
    const [first, second] = ["1".repeat(32), "2".repeat(32)];
    const before = await start({ databaseUrl, sessionSecret: first });
    const { cookie, sessionToken, csrfToken, tenant } = await opened(before, origin);
    await bffs.pop()?.stop();
    for (const [sessionSecret, known] of [
      [`${second},${first}`, true],
      [second, false],
    ] as const) {
      const after = await start({ databaseUrl, sessionSecret });
      const visitor = Object.assign(after.visitor(), { cookie, sessionToken, csrfToken, tenant });
      visitor.at(origin);
      expect(await isKnown(visitor)).toBe(known);
      await bffs.pop()?.stop();
    }
  });

  it("ends with its tenant", async () => {
    const databaseUrl = sqliteUrl();
    const before = await start({ databaseUrl });
    const { cookie, sessionToken, csrfToken, tenant } = await opened(before, origin);
    await bffs.pop()?.stop();
    const after = await start({
      databaseUrl,
      sessionSecret: before.sessionSecret,
      // The origins of the removed tenant now belong to another tenant.
      configure: ({ tenants: [acme] }) => ({
        tenants: [{ ...acme!, origins: [ORIGIN, ...Object.values(WAYS)] }],
      }),
    });
    const visitor = Object.assign(after.visitor(), { cookie, sessionToken, csrfToken, tenant });
    visitor.at(origin);
    expect((await visitor.call(CALL)).body.code).toBe("session_required");
    expect(after.uis.records).toEqual([]);
  });

  it("does not outlive the origin that its tenant lists no more", async () => {
    const databaseUrl = sqliteUrl();
    const before = await start({ databaseUrl });
    const { cookie, sessionToken, csrfToken, tenant } = await opened(before, origin);
    await bffs.pop()?.stop();
    const after = await start({
      databaseUrl,
      sessionSecret: before.sessionSecret,
      configure: ({ tenants }) => ({ tenants: tenants.map((tenant) => ({ ...tenant, origins: [ORIGIN] })) }),
    });
    const visitor = Object.assign(after.visitor(), { cookie, sessionToken, csrfToken, tenant });
    visitor.at(origin);
    expect((await visitor.call(CALL)).body.code).toBe("origin_not_allowed");
  });

  it("that fifty requests use at once loses none of them", async () => {
    const bff = await start();
    const visitor = await opened(bff, origin);
    const answers = await Promise.all(
      Array.from({ length: 50 }, (_, n) =>
        visitor.call({ ...CALL, phone: `8 900 000 ${String(n).padStart(4, "0")}` }),
      ),
    );
    await Promise.all(answers.map(({ body }) => visitor.until(body.id, "placed")));
    expect(new Set(answers.map(({ body }) => body.id)).size).toBe(50);
  });

  it("that cannot be stored is a 503, without a cookie or a token", async () => {
    const bff = await start();
    await bff.database.query.schema.dropTable("sessions").execute();
    const { status, body, headers } = await bff.visitor().open("careful", { origin });
    expect([status, body.code, body.sessionToken, headers["set-cookie"]]).toEqual([
      503,
      "unavailable",
      undefined,
      undefined,
    ]);
  });

  it("that cannot be read is a 503, and UIS hears nothing", async () => {
    const bff = await start();
    const visitor = await opened(bff, origin);
    await bff.database.query.schema.dropTable("sessions").execute();
    const { status, body } = await visitor.call(CALL);
    expect([status, body.code]).toEqual([503, "unavailable"]);
    expect(bff.uis.records).toEqual([]);
  });

  it("whose row is damaged is no session, and the process goes on", async () => {
    const bff = await start();
    const visitor = await opened(bff, origin);
    for (const data of ["{", "null", "{}", '{"cookie":{"path":1,"maxAge":"x"}}']) {
      await bff.database.query.updateTable("sessions").set({ data }).execute();
      expect(await isKnown(visitor)).toBe(false);
    }
    expect((await visitor.open("careful", { origin })).status).toBe(200);
    expect(await isKnown(visitor)).toBe(true);
  });

  it("shows its credential to the browser alone: in no URL, no log line and no other answer", async () => {
    const bff = await start();
    const visitor = await opened(bff, origin);
    const credential = visitor.sessionToken ?? decodeURIComponent(visitor.cookie ?? "").split("=s:")[1] ?? "";
    const [sessionId = ""] = credential.split(".");
    const answered = visitor.seen.splice(0).join();
    expect(answered.split(sessionId)).toHaveLength(2);
    const { body, headers } = await visitor.call(CALL);
    for await (const { id } of visitor.follow(body.id)) expect(id).toBe(body.id);
    await visitor.send("DELETE", "/session");
    expect([headers.location, visitor.seen.join(), bff.logged()].join()).not.toContain(sessionId);
  });
});

describe("a session", () => {
  it("of one tenant stays as it is while the browser has one of another", async () => {
    const bff = await start();
    const acme = bff.visitor();
    await acme.open("acme");
    const { body } = await acme.call({ ...CALL, phone: "8 900 000-00-02" });
    // Another page of the same browser.
    const careful = Object.assign(bff.visitor(), { cookie: acme.cookie });
    await careful.open("careful", { origin: WAYS.cookie });
    acme.cookie = careful.cookie;
    expect(acme.cookie?.split("; ")).toHaveLength(2);
    expect((await acme.read(body.id)).body.id).toBe(body.id);
    expect((await careful.read(body.id)).body.code).toBe("not_found");
    await careful.send("DELETE", "/session");
    expect([await isKnown(acme), await isKnown(careful)]).toEqual([true, false]);
  });

  it("counts for its own tenant alone, whatever name its cookie is given", async () => {
    const visitor = await opened(await start(), WAYS.cookie);
    const { cookie = "" } = visitor;
    visitor.at(ORIGIN);
    visitor.tenant = "acme";
    for (const sent of [cookie, cookie.replace("_careful", "_acme")]) {
      visitor.cookie = sent;
      expect(await isKnown(visitor)).toBe(false);
    }
  });

  it.each(["", "?tenant=", "?tenant=nobody", "?tenant=careful&tenant=careful", "?Tenant=careful"])(
    "is none where the query is %j",
    async (query) => {
      const visitor = await opened(await start(), WAYS.cookie);
      expect(await isKnown(visitor)).toBe(true);
      const { status, body } = await visitor.send("GET", `/calls/${randomUUID()}${query || "?"}`);
      expect([status, body.code]).toEqual([401, "session_required"]);
    },
  );

  it("is not opened where query and body name two tenants", async () => {
    const visitor = (await start()).visitor();
    const { status, body, headers } = await visitor.send("POST", "/session?tenant=careful", {
      tenant: "acme",
    });
    expect([status, body.code, body.at]).toEqual([422, "invalid_request", "tenant"]);
    expect(headers["set-cookie"]).toBeUndefined();
  });

  it("is one of twenty in a browser: beyond that the oldest cookie goes", async () => {
    const bff = await start({
      configure: ({ tenants: [acme] }) => ({
        tenants: Array.from({ length: 22 }, (_, n) => ({ ...acme!, id: `t${String(n)}` })),
      }),
    });
    const visitor = bff.visitor();
    visitor.cookie = "theirs=1";
    for (let n = 0; n < 20; n++) await visitor.open(`t${String(n)}`);
    const names = () => visitor.cookie?.split("; ").map((pair) => pair.split("=")[0]);
    expect(names()).toHaveLength(21);
    expect((await visitor.open("t3")).headers["set-cookie"]).toBeUndefined();
    const { headers } = await visitor.open("t20");
    expect(headers["set-cookie"]).toEqual([
      "__Host-uis_call_t0=; Path=/; Expires=Thu, 01 Jan 1970 00:00:00 GMT; HttpOnly; Secure; SameSite=Strict",
      expect.stringMatching(/^__Host-uis_call_t20=s/),
    ]);
    expect(names()?.slice(0, 2)).toEqual(["theirs", "__Host-uis_call_t1"]);
    expect(names()).toHaveLength(21);
  });

  it("by token, asked for by a page of the same site, is always a new one, and the cookie's goes on", async () => {
    const bff = await start();
    const visitor = await opened(bff, WAYS.cookie);
    const { cookie, csrfToken } = visitor;
    const byToken = Object.assign(bff.visitor(), { cookie });
    const tokens: (string | undefined)[] = [];
    for (let n = 0; n < 2; n++) {
      const { headers, body } = await byToken.open("careful", { origin: WAYS.cookie }, undefined, true);
      expect([headers["set-cookie"], byToken.csrfToken === csrfToken]).toEqual([undefined, false]);
      tokens.push(body.sessionToken);
    }
    expect(new Set(tokens).size).toBe(2);
    byToken.csrfToken = undefined;
    const { body: call } = await byToken.call(CALL);
    expect((await byToken.read(call.id)).body.id).toBe(call.id);
    expect((await visitor.read(call.id)).body.code).toBe("not_found");
    // Sending the token resumes its session.
    await byToken.open("careful", { origin: WAYS.cookie });
    expect((await byToken.read(call.id)).body.id).toBe(call.id);
    await byToken.send("DELETE", "/session");
    expect([await isKnown(byToken), await isKnown(visitor)]).toEqual([false, true]);
  });

  it("begins with POST /session alone: whatever else comes stores none and gets no cookie", async () => {
    const bff = await start();
    const visitor = bff.visitor();
    const answers = [
      await visitor.call(CALL),
      await visitor.read(randomUUID()),
      await visitor.send("GET", "/widget.js"),
      await visitor.send("GET", "/health/ready"),
      await visitor.open("acme", { origin: "https://evil.example" }),
      await visitor.open("nobody"),
    ];
    expect(answers.map(({ headers }) => headers["set-cookie"])).toEqual(answers.map(() => undefined));
    expect(await bff.database.query.selectFrom("sessions").selectAll().execute()).toEqual([]);
  });

  it("that goes on sets its cookie no second time, and is not written again", async () => {
    const bff = await start({ clock: new TestClock() });
    const visitor = await opened(bff, WAYS.cookie);
    const rows = () => bff.database.query.selectFrom("sessions").selectAll().execute();
    const before = await rows();
    const again = await visitor.open("careful", { origin: WAYS.cookie });
    expect(again.headers["set-cookie"]).toBeUndefined();
    expect(await rows()).toEqual(before);
  });

  it("has a unique id", async () => {
    const bff = await start();
    const ids = await Promise.all(
      Array.from({ length: 200 }, async () => {
        const { cookie } = await opened(bff, WAYS.cookie);
        return decodeURIComponent(cookie ?? "")
          .split("=s:")[1]
          ?.split(".")[0];
      }),
    );
    expect(new Set(ids).size).toBe(200);
    for (const id of ids) expect(id).toMatch(/^[\w-]{32}$/);
  });

  it("leaves express-session's ids and stores as they are, and sets every option", () => {
    const source = readFileSync(new URL("session.ts", import.meta.url), "utf8");
    expect(source).not.toMatch(/genid|MemoryStore/);
    for (const option of ["resave: false", "saveUninitialized: false", "rolling: false", 'unset: "keep"'])
      expect(source).toContain(option);
  });

  it("by cookie on localhost, without TLS, has a cookie name without prefix", async () => {
    const bff = await start({ publicUrl: new URL("http://localhost:3000") });
    const answer = await got.post(`${bff.url}/session`, {
      json: { tenant: "acme" },
      headers: { origin: "http://localhost:8080", "x-forwarded-proto": "http" },
      throwHttpErrors: false,
    });
    expect(answer.statusCode).toBe(200);
    expect(answer.headers["set-cookie"]).toEqual([
      expect.stringMatching(/^uis_call_acme=[^;]+; Path=\/; HttpOnly; SameSite=Strict$/),
    ]);
  });
});
