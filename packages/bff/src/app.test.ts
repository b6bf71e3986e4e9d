import { randomUUID } from "node:crypto";
import { ORIGIN, SCANNED } from "@uis-call/testing/acme";
import { startTestBff, type TestBff } from "@uis-call/testing/test-bff";
import type { Visitor } from "@uis-call/testing/visitor";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";

const PHONE = "8 (900) 000-00-01";

let bff: TestBff;
beforeAll(async () => {
  bff = await startTestBff();
});
afterAll(() => bff.stop());
let earlier: number;
beforeEach(() => {
  earlier = bff.uis.records.length;
  bff.uis.exchange.settings.answersWhen = "accepted";
});

/** Returns the requests that UIS has received in this test. */
const received = () => bff.uis.records.slice(earlier);
const placeCalls = () => received().filter(({ method }) => method === "place_calls");

async function openVisitor(): Promise<Visitor> {
  const visitor = bff.visitor();
  expect((await visitor.open()).status).toBe(200);
  return visitor;
}

describe("POST /session", () => {
  it("tells the page what it may know, in the visitor's language, and sets an http-only, same-site cookie", async () => {
    const visitor = bff.visitor();
    const { body, headers } = await visitor.open("acme", { "accept-language": "ru-RU,ru" });
    expect(body).toMatchObject({
      tenant: { id: "acme", name: "Акме", locale: "en", country: "RU" },
      user: { kind: "visitor" },
      targets: [
        { id: "sales", title: "Отдел продаж", open: true, office: "fixed", visitor: "asked" },
        { id: "support", title: "Support" },
      ],
    });
    expect(body.csrfToken).toMatch(/^[\w-]{43}$/);
    expect(headers["set-cookie"]).toEqual([
      expect.stringMatching(/^__Host-uis_call_acme=[^;]+; Path=\/; HttpOnly; Secure; SameSite=Strict$/),
    ]);
    expect(headers["cache-control"]).toBe("no-store");
  });

  it("resumes a session and begins another for another tenant", async () => {
    const visitor = bff.visitor();
    await visitor.open();
    const { csrfToken, cookie = "" } = visitor;
    await visitor.open();
    expect([visitor.csrfToken, visitor.cookie]).toEqual([csrfToken, cookie]);
    await visitor.open("careful", { origin: "https://careful.acme.example" });
    expect(visitor.csrfToken).not.toBe(csrfToken);
    expect(visitor.cookie?.split("; ")).toEqual([cookie, expect.stringContaining("uis_call_careful=")]);
  });

  it("gives each of two tenants' pages only its own", async () => {
    const { status, body } = await bff.visitor().open("careful");
    expect([status, body.code]).toEqual([403, "origin_not_allowed"]);
  });

  it("does not take over a session id from outside", async () => {
    const visitor = bff.visitor();
    visitor.cookie = "__Host-uis_call_acme=s%3Achosen.by-somebody";
    await visitor.open();
    expect(visitor.cookie).not.toContain("chosen");
  });

  it("is ended by DELETE", async () => {
    const visitor = await openVisitor();
    expect((await visitor.send("DELETE", "/session")).status).toBe(204);
    expect((await visitor.call({ target: "sales", phone: PHONE })).body.code).toBe("session_required");
  });
});

describe("POST /calls", () => {
  it("has UIS place exactly the call the target is configured for", async () => {
    const visitor = await openVisitor();
    const { status, body } = await visitor.call({
      target: "sales",
      phone: PHONE,
      variables: { product: "tea" },
    });
    expect([status, body.status]).toEqual([201, "placed"]);
    expect(placeCalls()).toHaveLength(1);
    expect(Number.isInteger(placeCalls()[0]?.id)).toBe(true);
    expect(placeCalls()[0]?.params).toEqual({
      session_key: expect.stringMatching(/^[\da-f]{40}$/) as string,
      first_call: "numc",
      switch_at_once: false,
      is_queue: false,
      media_file: "Bad Kingdom-cut.mp3",
      use_numb_as_numa: true,
      numa: "79000000001",
      numa_message: { type: "text", value: "Hello! Connecting you to sales." },
      numb: "74990000000",
      numc: SCANNED.office,
      numc_message: { type: "text", value: "Call back, tea" },
    });
  });

  it("reads the number in the country of the request, not in that of the tenant", async () => {
    const visitor = await openVisitor();
    const { status, body } = await visitor.call({
      target: "sales",
      phone: "(920) 000-00-01",
      phoneCountry: "US",
    });
    expect([status, body.code]).toEqual([422, "phone_invalid"]);
    await visitor.call({ target: "sales", phone: "8 (701) 000-00-01", phoneCountry: "KZ" });
    expect(placeCalls().map(({ params }) => params)).toMatchObject([{ numa: "77010000001" }]);
  });

  it.each(["UK", "gb", "Germany"])("refuses the country %s", async (phoneCountry) => {
    const visitor = await openVisitor();
    const { body } = await visitor.call({ target: "sales", phone: PHONE, phoneCountry });
    expect(body).toMatchObject({ code: "invalid_request", at: "phoneCountry" });
    expect(placeCalls()).toEqual([]);
  });

  it("sends forwarding groups and a queue as configured", async () => {
    const visitor = await openVisitor();
    await visitor.call({ target: "support", phone: PHONE });
    expect(placeCalls()[0]?.params).toMatchObject({
      is_queue: true,
      queue_timeout: 60,
      numc: [
        {
          phones: [
            { numb: SCANNED.groupOffice, channels_count: 2, timeout: 29 },
            { numb: "79000000112", channels_count: 1, timeout: 60 },
          ],
          lines_start: 1,
          lines_limit: 2,
          dialing_increment: 1,
          incremental_dialing_timeout: 1,
        },
      ],
    });
  });

  it("answers 202 while the phones ring and tells the rest by events", async () => {
    bff.uis.exchange.settings.answersWhen = "carried-out";
    const visitor = await openVisitor();
    const { status, body, headers } = await visitor.call({ target: "sales", phone: PHONE });
    expect([status, body.status]).toEqual([202, "dialing"]);
    expect(headers.location).toBe(`/api/calls/${body.id}`);
    const states: string[] = [];
    for await (const call of visitor.follow(body.id)) {
      states.push(call.status);
      if (call.status !== "dialing") continue;
      const ringing = bff.uis.exchange.calls.at(-1);
      bff.uis.exchange.decline(ringing?.id ?? "", ringing?.legs[0]?.id ?? "");
    }
    expect(states).toEqual(["dialing", "failed"]);
  });

  it("answers HEAD for a call's events at once, although the call goes on", async () => {
    const visitor = await openVisitor();
    const at = new Date(Date.now() + 3_600_000).toISOString();
    const { body } = await visitor.call({ target: "sales", phone: PHONE, at });
    const head = await visitor.send("HEAD", `/calls/${body.id}/events`);
    expect([head.status, head.headers["content-type"], head.text]).toEqual([
      200,
      expect.stringContaining("text/event-stream"),
      "",
    ]);
    expect((await visitor.send("DELETE", `/calls/${body.id}`)).status).toBe(200);
  });

  it("gives a repeat the same call and says so", async () => {
    const visitor = await openVisitor();
    const key = { "idempotency-key": randomUUID() };
    const first = await visitor.call({ target: "sales", phone: PHONE }, key);
    const repeat = await visitor.call(
      { target: "sales", phone: "+7 900 000 00 01" },
      { "idempotency-key": `"${key["idempotency-key"]}"` },
    );
    expect(repeat.body).toEqual(first.body);
    expect(repeat.headers["idempotency-replayed"]).toBe("true");
    const other = await visitor.call({ target: "sales", phone: "8 900 000-00-02" }, key);
    expect([other.status, other.body.code]).toEqual([422, "idempotency_conflict"]);
    expect(placeCalls()).toHaveLength(1);
  });

  it("makes one call of fifty simultaneous repeats", async () => {
    const visitor = await openVisitor();
    const key = { "idempotency-key": randomUUID() };
    const answers = await Promise.all(
      Array.from({ length: 50 }, () => visitor.call({ target: "sales", phone: PHONE }, key)),
    );
    expect(new Set(answers.map(({ body }) => body.id)).size).toBe(1);
    expect(placeCalls()).toHaveLength(1);
  });

  it("speaks a visitor's value as bounded plain text", async () => {
    const visitor = await openVisitor();
    await visitor.call({
      target: "sales",
      phone: PHONE,
      variables: { product: `<speak>{product}${"x".repeat(150)}` },
    });
    const { numc_message } = placeCalls()[0]?.params as { numc_message: { value: string } };
    expect(numc_message.value).toBe(`Call back, speakproduct${"x".repeat(48)}`);
  });

  it("requires consent when the tenant does, and stores the text agreed to", async () => {
    const visitor = bff.visitor();
    const { body } = await visitor.open("careful", { origin: "https://careful.example" });
    expect(body.tenant.consent).toEqual({ text: "I agree to be called back" });
    const call = (consent: object) =>
      visitor.call({ target: "sales", phone: PHONE, ...consent }, { origin: "https://careful.example" });
    expect((await call({})).body).toMatchObject({ code: "consent_required", at: "consent" });
    expect((await call({ consent: false })).body.code).toBe("consent_required");
    expect(placeCalls()).toHaveLength(0);
    expect((await call({ consent: true })).body.status).toBe("placed");
  });

  it("shows a call to the session that made it, and to no other", async () => {
    const [mine, theirs] = [await openVisitor(), await openVisitor()];
    const { body } = await mine.call({ target: "sales", phone: PHONE });
    expect((await mine.read(body.id)).body).toEqual(body);
    for (const path of [`/calls/${body.id}`, `/calls/${body.id}/events`, `/calls/${randomUUID()}`]) {
      const answer = await theirs.send("GET", path);
      expect([answer.status, answer.body.code]).toEqual([404, "not_found"]);
    }
  });

  it("asks UIS for one key and places 200 calls when 200 sessions click at once on a cold start", async () => {
    const cold = await startTestBff({ tenant: "limits: none" });
    try {
      cold.uis.exchange.settings.answersWhen = "accepted";
      const visitors = Array.from({ length: 200 }, () => cold.visitor());
      await Promise.all(visitors.map((visitor) => visitor.open()));
      const calls = await Promise.all(
        visitors.map((visitor, n) =>
          visitor.call({ target: "sales", phone: `8 900 000 1${String(n).padStart(3, "0")}` }),
        ),
      );
      for (const [n, visitor] of visitors.entries()) await visitor.until(calls[n]!.body.id, "placed");
      expect(cold.uis.received("authenticate")).toHaveLength(1);
      expect(cold.uis.received("place_calls")).toHaveLength(200);
      expect(new Set(cold.uis.received("place_calls").map(({ id }) => id)).size).toBe(200);
    } finally {
      await cold.stop();
    }
    // A busy machine may need most of a minute.
  }, 120_000);
});

describe("refusals", () => {
  const CALL = { target: "sales", phone: PHONE };

  it.each<[string, number, string, (visitor: Visitor) => Promise<unknown>]>([
    ["an unknown target", 404, "target_unknown", (v) => v.call({ ...CALL, target: "constructor" })],
    ["a foreign origin", 403, "origin_not_allowed", (v) => v.call(CALL, { origin: "https://evil.example" })],
    [
      "an origin that only begins alike",
      403,
      "origin_not_allowed",
      (v) => v.call(CALL, { origin: `${ORIGIN}.evil` }),
    ],
    ["no origin", 403, "origin_not_allowed", (v) => v.call(CALL, { origin: undefined })],
    ["the origin null", 403, "origin_not_allowed", (v) => v.call(CALL, { origin: "null" })],
    [
      "another site, by the browser's own word",
      403,
      "origin_not_allowed",
      (v) => v.call(CALL, { "sec-fetch-site": "cross-site" }),
    ],
    ["no CSRF token", 403, "csrf_failed", (v) => v.call(CALL, { "x-csrf-token": undefined })],
    ["another's CSRF token", 403, "csrf_failed", (v) => v.call(CALL, { "x-csrf-token": "x".repeat(43) })],
    ["no session", 401, "session_required", (v) => v.call(CALL, { cookie: undefined })],
    ["a forged session", 401, "session_required", (v) => v.call(CALL, { cookie: `${v.cookie ?? ""}x` })],
    [
      "a phone of another country",
      403,
      "number_not_allowed",
      (v) => v.call({ ...CALL, phone: "+49 1512 3456789" }),
    ],
    ["a denied phone", 403, "number_not_allowed", (v) => v.call({ ...CALL, phone: "8 900 111 00 00" })],
    ["no phone at all", 422, "phone_invalid", (v) => v.call({ target: "sales" })],
    ["not a phone", 422, "phone_invalid", (v) => v.call({ ...CALL, phone: "call me" })],
    ["a member named numc", 422, "invalid_request", (v) => v.call({ ...CALL, numc: "79000000666" })],
    ["a member named office", 422, "invalid_request", (v) => v.call({ ...CALL, office: "+79000000666" })],
    ["a second number", 422, "invalid_request", (v) => v.call({ ...CALL, visitor: "79000000666" })],
    [
      "__proto__",
      422,
      "invalid_request",
      (v) =>
        v.send("POST", "/calls", `{"target":"sales","phone":"${PHONE}","__proto__":{"a":1}}`, {
          "idempotency-key": randomUUID(),
        }),
    ],
    ["a number for a text", 422, "invalid_request", (v) => v.call({ ...CALL, phone: 89000000001 })],
    ["an array for an object", 422, "invalid_request", (v) => v.call([CALL])],
    [
      "a variable the target does not have",
      422,
      "invalid_request",
      (v) => v.call({ ...CALL, variables: { secret: "x" } }),
    ],
    [
      "a page that is no address",
      422,
      "invalid_request",
      (v) => v.call({ ...CALL, page: "javascript:alert(1)" }),
    ],
    [
      "a page of another origin",
      422,
      "invalid_request",
      (v) => v.call({ ...CALL, page: "https://evil.example/pay" }),
    ],
    ["no idempotency key", 422, "invalid_request", (v) => v.call(CALL, { "idempotency-key": undefined })],
    [
      "an idempotency key that is no UUID",
      422,
      "invalid_request",
      (v) => v.call(CALL, { "idempotency-key": "1" }),
    ],
    [
      "a megabyte",
      413,
      "too_large",
      (v) => v.call({ ...CALL, page: `https://acme.example/${"x".repeat(1_000_000)}` }),
    ],
    [
      "what is not JSON",
      400,
      "malformed_json",
      (v) => v.send("POST", "/calls", "target=sales", { "idempotency-key": randomUUID() }),
    ],
    [
      "a form",
      415,
      "unsupported_media_type",
      (v) => v.call(CALL, { "content-type": "application/x-www-form-urlencoded" }),
    ],
    ["plain text", 415, "unsupported_media_type", (v) => v.call(CALL, { "content-type": "text/plain" })],
    ["a compressed body", 415, "unsupported_media_type", (v) => v.call(CALL, { "content-encoding": "gzip" })],
    ["GET on /calls", 405, "method_not_allowed", (v) => v.send("GET", "/calls")],
    ["a path of nobody", 404, "not_found", (v) => v.send("GET", "/admin")],
    ["a path that cannot be decoded", 404, "not_found", (v) => v.send("GET", "/calls/%E0%A4%A")],
    ["an unknown tenant", 403, "origin_not_allowed", (v) => v.open("nobody")],
    [
      "a session with extra keys",
      422,
      "invalid_request",
      (v) => v.send("POST", "/session", { tenant: "acme", admin: true }),
    ],
  ])("%s → %i %s, and UIS hears nothing", async (_what, status, code, request) => {
    const visitor = await openVisitor();
    const answer = (await request(visitor)) as {
      status: number;
      body: { code: string; title: string; status: number };
      headers: Record<string, string>;
      text: string;
    };
    expect([answer.status, answer.body.code, answer.body.status]).toEqual([status, code, status]);
    expect(answer.headers["content-type"]).toMatch(/^application\/problem\+json/);
    expect(answer.text).not.toMatch(/node_modules|at .*\.js/);
    expect(received()).toEqual([]);
  });

  it("give another origin's page no CORS header, and the tenant's own exactly its origin", async () => {
    const visitor = await openVisitor();
    const evil = await visitor.call(CALL, { origin: "https://evil.example" });
    expect(evil.headers["access-control-allow-origin"]).toBeUndefined();
    const own = await visitor.call(CALL);
    expect(own.headers).toMatchObject({
      "access-control-allow-origin": ORIGIN,
      "access-control-allow-credentials": "true",
    });
    expect(own.headers.vary).toContain("Origin");
  });
});

describe("what the backend serves besides", () => {
  it("is the embed bundle, for any page to load", async () => {
    const { status, headers, text } = await bff
      .visitor()
      .send("GET", "/widget.js", undefined, { origin: undefined });
    expect(status).toBe(200);
    expect(text).toContain("uis-call-button");
    expect(headers).toMatchObject({
      "content-type": "text/javascript; charset=utf-8",
      "cross-origin-resource-policy": "cross-origin",
      "access-control-allow-origin": "*",
    });
  });

  it("is its health", async () => {
    expect((await bff.visitor().send("GET", "/health/live")).text).toBe('{"status":"ok"}');
    expect((await bff.visitor().send("GET", "/health/ready")).text).toBe('{"status":"ok"}');
  });

  it("carries headers against framing, sniffing and rendering", async () => {
    const { headers } = await bff.visitor().open();
    expect(headers).toMatchObject({
      "content-security-policy": "default-src 'none';frame-ancestors 'none';base-uri 'none'",
      "x-content-type-options": "nosniff",
      "cross-origin-resource-policy": "same-origin",
      "referrer-policy": "no-referrer",
    });
    expect(headers["x-powered-by"]).toBeUndefined();
  });
});
