import { randomUUID } from "node:crypto";
import { ORIGIN, withoutLimits } from "@uis-call/testing/acme";
import { startTestBff, type TestBff } from "@uis-call/testing/test-bff";
import type { Visitor } from "@uis-call/testing/visitor";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type SiteRelation, siteRelationBetween } from "./site-relation.js";

/** Origin of the tenant `careful` on another site than the backend. */
const FOREIGN = "https://careful.example";
/** Origin of the tenant `careful` on the backend's site. */
const SIBLING = "https://careful.acme.example";
const CALL = { target: "sales", phone: "8 900 000-00-01", consent: true };

describe("a page is", () => {
  it.each<[string | undefined, string, SiteRelation]>([
    [undefined, "https://calls.shop.test", "same-origin"],
    ["https://shop.test", "https://shop.test", "same-origin"],
    ["https://shop.test", "https://calls.shop.test", "same-site"],
    ["https://a.b.shop.test", "https://calls.shop.test", "same-site"],
    ["https://shop.test:8443", "https://shop.test", "same-site"],
    ["https://shop.co.uk", "https://calls.shop.co.uk", "same-site"],
    ["http://localhost:4332", "http://localhost:4331", "same-site"],
    ["http://127.0.0.1:4332", "http://127.0.0.1:4331", "same-site"],
    ["http://[::1]:4332", "http://[::1]:4331", "same-site"],
    ["http://shop.test", "https://calls.shop.test", "cross-site"],
    ["https://foreign.test", "https://calls.shop.test", "cross-site"],
    ["https://evilshop.test", "https://calls.shop.test", "cross-site"],
    ["https://other.co.uk", "https://calls.shop.co.uk", "cross-site"],
    ["https://one.github.io", "https://two.github.io", "cross-site"],
    ["https://one.github.io", "https://github.io", "cross-site"],
    ["http://127.0.0.1:4332", "http://localhost:4331", "cross-site"],
    ["https://10.0.0.1", "https://11.0.0.1", "cross-site"],
    ["null", "https://calls.shop.test", "cross-site"],
    ["https://shop.test, https://shop.test", "https://calls.shop.test", "cross-site"],
    ["", "https://calls.shop.test", "cross-site"],
  ])("%s to %s: %s", (origin, publicUrl, relation) => {
    expect(siteRelationBetween(origin, new URL(publicUrl))).toBe(relation);
  });
});

describe("the site relation", () => {
  let bff: TestBff;
  let dialled: () => number;
  beforeAll(async () => {
    bff = await startTestBff({ configure: withoutLimits });
    bff.uis.exchange.settings.answersWhen = "accepted";
  });
  afterAll(() => bff.stop());
  beforeEach(() => {
    const before = bff.uis.received("place_calls").length;
    dialled = () => bff.uis.received("place_calls").length - before;
  });

  /**
   * Last digits of the latest number. Each call uses a new number, because the first call to a number may still
   * be under way.
   */
  let last = 0;
  const call = () => ({ ...CALL, phone: `8 900 000 ${String(1000 + ++last)}` });

  async function opened(origin: string, tenant = "careful"): Promise<Visitor> {
    const visitor = bff.visitor();
    expect((await visitor.open(tenant, { origin })).status).toBe(200);
    return visitor;
  }

  it("a page of the same site gets a cookie, exactly as documented, and no token", async () => {
    const { headers, body } = await bff.visitor().open("careful", { origin: SIBLING });
    expect(headers["set-cookie"]).toHaveLength(1);
    const [cookie = ""] = headers["set-cookie"] ?? [];
    // express-session writes 24 random bytes and their signature.
    expect(decodeURIComponent(cookie)).toMatch(
      /^__Host-uis_call_careful=s:[\w-]{32}\.[\w+/]{43}; Path=\/; HttpOnly; Secure; SameSite=Strict$/,
    );
    expect(cookie.length).toBeLessThan(4096);
    expect(body).not.toHaveProperty("sessionToken");
  });

  it("a page of another site gets an opaque token and no cookie", async () => {
    const { headers, body } = await bff.visitor().open("careful", { origin: FOREIGN });
    expect(headers["set-cookie"]).toBeUndefined();
    expect(body.sessionToken).toMatch(/^[\w-]{80,90}$/);
  });

  it("a bearer token allows the same as a cookie, without a CSRF token", async () => {
    const visitor = await opened(FOREIGN);
    visitor.csrfToken = undefined;
    bff.uis.exchange.settings.answersWhen = "carried-out";
    const { status, body } = await visitor.call(call(), { "sec-fetch-site": "cross-site" });
    bff.uis.exchange.settings.answersWhen = "accepted";
    expect([status, body.status]).toEqual([202, "dialing"]);
    expect((await visitor.read(body.id)).body.id).toBe(body.id);
    const states: string[] = [];
    for await (const { status } of visitor.follow(body.id)) {
      states.push(status);
      const ringing = bff.uis.exchange.calls.at(-1);
      if (states.length === 1) bff.uis.exchange.decline(ringing?.id ?? "", ringing?.legs[0]?.id ?? "");
    }
    expect(states).toEqual(["dialing", "failed"]);
    expect((await visitor.send("DELETE", "/session")).status).toBe(204);
    expect((await visitor.read(body.id)).body.code).toBe("session_required");
  });

  it("a bearer's session is resumed", async () => {
    const visitor = await opened(FOREIGN);
    const { body } = await visitor.call(call());
    const { csrfToken } = visitor;
    await visitor.open("careful", { origin: FOREIGN });
    expect(visitor.csrfToken).toBe(csrfToken);
    expect((await visitor.read(body.id)).status).toBe(200);
  });

  it("a bearer's session lies in the same store, without its id or token", async () => {
    const before = await bff.database.query.selectFrom("sessions").selectAll().execute();
    const { sessionToken = "" } = await opened(FOREIGN);
    const after = await bff.database.query.selectFrom("sessions").selectAll().execute();
    expect(after.length - before.length).toBe(1);
    expect(JSON.stringify(after)).not.toContain(sessionToken);
  });

  describe("is not mixed up:", () => {
    let byCookie: Visitor;
    let byBearer: Visitor;
    beforeEach(async () => {
      [byCookie, byBearer] = [await opened(SIBLING), await opened(FOREIGN)];
    });

    const outcome = async (headers: Record<string, string | undefined>): Promise<string> => {
      const visitor = bff.visitor();
      visitor.tenant = "careful";
      const { status, body } = await visitor.call(call(), { origin: SIBLING, ...headers });
      return status < 300 ? body.status : body.code;
    };
    const cookieValue = () =>
      decodeURIComponent(byCookie.cookie ?? "").replace("__Host-uis_call_careful=s:", "");
    const csrf = () => ({ "x-csrf-token": byCookie.csrfToken });

    it.each<[string, () => Record<string, string | undefined>, string]>([
      ["the cookie from its own page counts", () => ({ cookie: byCookie.cookie, ...csrf() }), "placed"],
      [
        "a cookie that comes from another site does not count",
        () => ({ cookie: byCookie.cookie, ...csrf(), origin: FOREIGN }),
        "session_required",
      ],
      [
        "a bearer from a page of the same site counts, without a CSRF token",
        () => ({ authorization: `Bearer ${byBearer.sessionToken ?? ""}` }),
        "placed",
      ],
      [
        "beside a bearer, the cookie does not count",
        () => ({ cookie: byCookie.cookie, ...csrf(), authorization: "Bearer x" }),
        "session_required",
      ],
      [
        "a token that is no bearer does not stand in for the cookie's CSRF token",
        () => ({ cookie: byCookie.cookie, authorization: `Basic ${byBearer.sessionToken ?? ""}` }),
        "csrf_failed",
      ],
      [
        "a cookie without the name of its tenant",
        () => ({ cookie: byCookie.cookie?.replace("_careful", ""), ...csrf() }),
        "session_required",
      ],
      [
        "a cookie's value as a bearer",
        () => ({ authorization: `Bearer ${cookieValue()}`, origin: FOREIGN }),
        "session_required",
      ],
      [
        "a cookie's session id as a bearer",
        () => ({ authorization: `Bearer ${cookieValue().split(".")[0] ?? ""}`, origin: FOREIGN }),
        "session_required",
      ],
      [
        "a bearer as a cookie",
        () => ({ cookie: `__Host-uis_call_careful=${byBearer.sessionToken ?? ""}`, ...csrf() }),
        "session_required",
      ],
      [
        "a bearer as a signed cookie's value",
        () => ({ cookie: `__Host-uis_call_careful=s%3A${byBearer.sessionToken ?? ""}.x`, ...csrf() }),
        "session_required",
      ],
      [
        "a bearer that was changed",
        () => ({ authorization: `Bearer A${byBearer.sessionToken ?? ""}`, origin: FOREIGN }),
        "session_required",
      ],
      [
        "a bearer without an Origin",
        () => ({ authorization: `Bearer ${byBearer.sessionToken ?? ""}`, origin: undefined }),
        "origin_not_allowed",
      ],
      [
        "a bearer from an origin that no tenant lists",
        () => ({
          authorization: `Bearer ${byBearer.sessionToken ?? ""}`,
          origin: "https://evil.example",
        }),
        "origin_not_allowed",
      ],
      [
        "a bearer in another scheme",
        () => ({ authorization: `Basic ${byBearer.sessionToken ?? ""}`, origin: FOREIGN }),
        "session_required",
      ],
      [
        "a bearer with a form",
        () => ({
          authorization: `Bearer ${byBearer.sessionToken ?? ""}`,
          origin: FOREIGN,
          "content-type": "text/plain",
        }),
        "unsupported_media_type",
      ],
    ])("%s", async (_what, headers, expected) => {
      expect(await outcome(headers())).toBe(expected);
      expect(dialled()).toBe(expected === "placed" ? 1 : 0);
    });
  });

  describe("each tenant's key works only on the origins that tenant lists:", () => {
    const origins = { acme: [ORIGIN], careful: [FOREIGN, SIBLING] };
    const cells = (["acme", "careful"] as const).flatMap((tenant) =>
      Object.entries(origins).flatMap(([owner, list]) =>
        list.map((origin) => [tenant, origin, owner === tenant ? 200 : 403] as const),
      ),
    );
    it.each(cells)("%s on %s: %i", async (tenant, origin, status) => {
      expect((await bff.visitor().open(tenant, { origin })).status).toBe(status);
    });

    it("a session of one does not work on an origin of the other", async () => {
      const byCookie = await opened(SIBLING);
      expect((await byCookie.call(call(), { origin: ORIGIN })).body.code).toBe("origin_not_allowed");
      const { body } = await byCookie.call(call());
      const read = await byCookie.send("GET", `/calls/${body.id}`, undefined, { origin: ORIGIN });
      expect(read.body.code).toBe("origin_not_allowed");
      expect(dialled()).toBe(1);
    });
  });

  it.each(["same-site", "same-origin", undefined])(
    "a cookie counts where the browser says %s",
    async (site) => {
      const visitor = await opened(SIBLING);
      expect((await visitor.call(call(), { "sec-fetch-site": site })).status).toBe(201);
    },
  );

  it.each(["cross-site", "none", "same-site, same-origin"])(
    "a cookie does not count where the browser says %s",
    async (site) => {
      const visitor = await opened(SIBLING);
      expect((await visitor.call(call(), { "sec-fetch-site": site })).body.code).toBe("origin_not_allowed");
      expect(dialled()).toBe(0);
    },
  );

  it("a resource of another site's page, which has no Origin, reads nothing by cookie", async () => {
    const visitor = await opened(SIBLING);
    const { body } = await visitor.call(call());
    const read = (site: string) =>
      visitor.send("GET", `/calls/${body.id}`, undefined, { origin: undefined, "sec-fetch-site": site });
    expect((await read("same-origin")).status).toBe(200);
    expect((await read("cross-site")).body.code).toBe("session_required");
  });

  it("sessions that cannot be read are a 503 to a bearer too, never an anonymous visitor", async () => {
    const broken = await startTestBff();
    try {
      const visitor = broken.visitor();
      await visitor.open("careful", { origin: FOREIGN });
      await broken.database.query.schema.dropTable("sessions").execute();
      const answer = await visitor.call(call());
      expect([answer.status, answer.body.code]).toEqual([503, "unavailable"]);
      const again = await visitor.open("careful", { origin: FOREIGN });
      expect([again.status, again.body.sessionToken]).toEqual([503, undefined]);
      const fresh = await broken.visitor().open("careful", { origin: FOREIGN });
      expect([fresh.status, fresh.body.sessionToken]).toEqual([503, undefined]);
      expect(broken.uis.records).toEqual([]);
    } finally {
      await broken.stop();
    }
  });
});

describe("CORS", () => {
  let bff: TestBff;
  beforeAll(async () => {
    bff = await startTestBff();
  });
  afterAll(() => bff.stop());

  const corsHeaders = (headers: Record<string, unknown>) =>
    Object.fromEntries(Object.entries(headers).filter(([name]) => name.startsWith("access-control-")));
  const preflight = async (origin: string, path = "/calls") => {
    const { headers, status } = await bff.visitor().send("OPTIONS", path, undefined, {
      origin,
      "access-control-request-method": "POST",
      "access-control-request-headers": "authorization,content-type",
    });
    return { status, vary: headers.vary, cors: corsHeaders(headers) };
  };

  it("a page of the same site may send its cookie, for ten minutes without asking again", async () => {
    expect(await preflight(SIBLING)).toEqual({
      status: 204,
      vary: expect.stringContaining("Origin") as string,
      cors: {
        "access-control-allow-origin": SIBLING,
        "access-control-allow-credentials": "true",
        "access-control-allow-methods": "GET,POST,DELETE",
        "access-control-allow-headers": "Content-Type,X-CSRF-Token,Idempotency-Key,Authorization",
        "access-control-max-age": "600",
        "access-control-expose-headers": "Idempotency-Replayed,Location,Retry-After",
      },
    });
  });

  it("a page of another site may send a bearer, and no cookie", async () => {
    expect((await preflight(FOREIGN)).cors).toEqual({
      "access-control-allow-origin": FOREIGN,
      "access-control-allow-methods": "GET,POST,DELETE",
      "access-control-allow-headers": "Content-Type,X-CSRF-Token,Idempotency-Key,Authorization",
      "access-control-max-age": "600",
      "access-control-expose-headers": "Idempotency-Replayed,Location,Retry-After",
    });
  });

  it.each([
    "https://evil.example",
    "null",
    `${ORIGIN}.evil.example`,
    `${ORIGIN}:8443`,
    "http://acme.example",
    ORIGIN.toUpperCase(),
    `${ORIGIN}/`,
    "*",
  ])("a page of %s gets no CORS header at all, asking first or not", async (origin) => {
    for (const path of ["/session", "/calls", `/calls/${randomUUID()}`, "/nothing"]) {
      const { cors, vary } = await preflight(origin, path);
      expect(cors).toEqual({});
      expect(vary).toContain("Origin");
    }
    const refused = await bff.visitor().open("acme", { origin });
    expect([refused.status, corsHeaders(refused.headers)]).toEqual([403, {}]);
    expect(refused.headers.vary).toContain("Origin");
  });

  it("any page may load the script, without cookies", async () => {
    const { headers } = await bff.visitor().send("GET", "/widget.js", undefined, { origin: FOREIGN });
    expect(corsHeaders(headers)).toEqual({ "access-control-allow-origin": "*" });
    expect(headers["cross-origin-resource-policy"]).toBe("cross-origin");
    expect(headers["set-cookie"]).toBeUndefined();
  });
});
