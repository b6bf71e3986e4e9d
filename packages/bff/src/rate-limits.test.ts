import { randomUUID } from "node:crypto";
import { SCANNED } from "@uis-call/testing/acme";
import { engines, sqliteUrl } from "@uis-call/testing/databases";
import { startTestBff, type TestBff } from "@uis-call/testing/test-bff";
import { TestClock } from "@uis-call/testing/test-clock";
import type { Visitor } from "@uis-call/testing/visitor";
import { afterEach, describe, expect, it, vi } from "vitest";
import {
  addressOf,
  at,
  CALL,
  HOUR,
  numbered,
  only,
  placed,
  start,
  stopAll,
  times,
  visitorAt,
} from "./rate-tiers.harness.js";
import { createIdentityToken } from "./tokens.js";

afterEach(stopAll);

describe.each(engines)("a rate limit on %s", (_name, newUrl) => {
  it("says when to try again, in body and header, and accepts requests then", async () => {
    const clock = new TestClock();
    const bff = await start({
      databaseUrl: await newUrl(),
      clock,
      tenant: only("session: [{ calls: 1, within: 15m }]"),
    });
    const visitor = await visitorAt(bff, addressOf(1));
    await visitor.call(numbered(1));
    clock.advance(60_000);
    const { status, body, headers } = await visitor.call(numbered(2));
    expect([status, body.retryAfter, headers["retry-after"]]).toEqual([429, 840, "840"]);
    clock.advance(839_000);
    expect((await visitor.call(numbered(2))).body.retryAfter).toBe(1);
    clock.advance(1000);
    expect((await visitor.call(numbered(2))).status).toBeLessThan(300);
  });

  it("of an address counts proof-of-work challenges of all its sessions", async () => {
    const clock = new TestClock();
    const bff = await start({
      databaseUrl: await newUrl(),
      clock,
      tenant: only("address: [{ calls: 6, within: 1m }]"),
    });
    const [one, other] = [await visitorAt(bff, "2001:db8::1"), await visitorAt(bff, "2001:db8::2")];
    const asked = [];
    for (let n = 0; n < 4; n++) {
      for (const visitor of [one, other]) asked.push((await visitor.send("GET", "/proof")).status);
    }
    expect(asked).toEqual([...Array<number>(6).fill(200), 429, 429]);
    expect((await one.call(CALL)).status).toBeLessThan(300);
    const elsewhere = await visitorAt(bff, "2001:db8:1::1");
    expect((await elsewhere.send("GET", "/proof")).status).toBe(200);
    clock.advance(60_000);
    expect((await one.send("GET", "/proof")).status).toBe(200);
  });

  it("answers repeats of a request it has let in, and does not count them", async () => {
    const bff = await start({
      databaseUrl: await newUrl(),
      tenant: only("session: [{ calls: 2, within: 15m }]"),
    });
    const visitor = await visitorAt(bff, addressOf(1));
    const headers = { "idempotency-key": randomUUID() };
    const first = await visitor.call(CALL, headers);
    for (let n = 0; n < 5; n++) {
      const { status, body } = await visitor.call(CALL, headers);
      expect([status < 300, body.id]).toEqual([true, first.body.id]);
    }
    const next = { "idempotency-key": randomUUID() };
    expect((await visitor.call(numbered(2), next)).status).toBeLessThan(300);
    expect((await visitor.call(numbered(3))).status).toBe(429);
    expect((await visitor.call(numbered(2), next)).status).toBeLessThan(300);
  });

  it("does not count what another one refuses", async () => {
    const bff = await start({
      databaseUrl: await newUrl(),
      tenant: only(
        "session: [{ calls: 1, within: 15m }], addressNumbers: { proof: none, keep: none, refuse: 3 }",
      ),
    });
    const [busy, ...others] = [
      await visitorAt(bff, addressOf(1)),
      await visitorAt(bff, addressOf(1)),
      await visitorAt(bff, addressOf(1)),
      await visitorAt(bff, addressOf(1)),
    ];
    expect((await busy.call(numbered(0))).status).toBeLessThan(300);
    for (let n = 1; n < 6; n++) expect((await busy.call(numbered(n))).status).toBe(429);
    const statuses = [];
    for (const [n, visitor] of others.entries())
      statuses.push((await visitor.call(numbered(n + 1))).status < 300);
    // The last number is the fourth one for this IP address. It is refused, although another visitor requested
    // it before.
    expect(statuses).toEqual([true, true, false]);
  });

  it("does not end earlier when the computer's clock is changed", async () => {
    const bff = await start({
      databaseUrl: await newUrl(),
      tenant: only("session: [{ calls: 1, within: 15m }]"),
    });
    const visitor = await visitorAt(bff, addressOf(1));
    await visitor.call(numbered(1));
    const real = Date.now();
    for (const set of [48 * HOUR, -48 * HOUR]) {
      vi.spyOn(Date, "now").mockReturnValue(real + set);
      expect((await visitor.call(numbered(2))).status).toBe(429);
    }
    vi.restoreAllMocks();
  });

  it("outlasts a restart", async () => {
    const databaseUrl = await newUrl();
    const options = {
      databaseUrl,
      sessionSecret: "s".repeat(32),
      tenant: only("session: [{ calls: 1, within: 15m }]"),
    };
    const before = await startTestBff({ ...options, trustProxy: "loopback" });
    const visitor = await visitorAt(before, addressOf(1));
    await visitor.call(numbered(1));
    await before.stop();
    const after = await start(options);
    expect((await at(after, visitor).call(numbered(2))).status).toBe(429);
  });

  it("that cannot be counted refuses with 503", async () => {
    const bff = await start({ databaseUrl: await newUrl() });
    const visitor = await visitorAt(bff, addressOf(1));
    await bff.database.query.schema.alterTable("limit_counts").renameTo("away").execute();
    const call = await visitor.call(CALL);
    const session = await bff.visitor().open();
    expect([call.status, session.status]).toEqual([503, 503]);
    expect(placed(bff)).toBe(0);
    await bff.database.query.schema.alterTable("away").renameTo("limit_counts").execute();
    expect((await visitor.call(CALL)).status).toBeLessThan(300);
  });
});

describe("an address", () => {
  const limit = only("address: [{ calls: 3, within: 15m }]");
  const opened = async (bff: TestBff, ips: string[]) => {
    let count = 0;
    for (const ip of ips) {
      const { status } = await bff.visitor().open("acme", { "x-forwarded-for": ip });
      if (status === 200) count++;
    }
    return count;
  };

  it("ignores an address that a visitor makes up, without TRUST_PROXY", async () => {
    const bff = await start({ tenant: limit, trustProxy: false });
    expect(await opened(bff, times(8, addressOf))).toBe(3);
  });

  it("ignores an address that a visitor puts before the proxy's", async () => {
    const bff = await start({ tenant: limit });
    expect(
      await opened(
        bff,
        times(8, (n) => `${addressOf(n)}, 198.51.100.7`),
      ),
    ).toBe(3);
  });

  it("counts for itself by IPv4, and with its networks by IPv6", async () => {
    const bff = await start({ tenant: limit });
    expect(await opened(bff, times(8, addressOf))).toBe(8);
    const household = times(256, (n) => `2001:db8:1:ab${n.toString(16).padStart(2, "0")}::${n.toString(16)}`);
    expect(await opened(bff, household)).toBe(5);
    expect(await opened(bff, ["2001:db8:1:ac00::1"])).toBe(1);
  });

  it("is the same one when IPv4 is written as IPv6", async () => {
    const bff = await start({ tenant: limit });
    expect(
      await opened(
        bff,
        times(8, (n) => (n % 2 === 0 ? "203.0.113.9" : "::ffff:203.0.113.9")),
      ),
    ).toBe(3);
  });

  it("is nowhere in the database in the clear", async () => {
    const databaseUrl = sqliteUrl();
    const bff = await start({ databaseUrl });
    const visitor = await visitorAt(bff, "198.51.100.77");
    await visitor.call(CALL);
    const { query } = bff.database;
    const rows = [
      await query.selectFrom("limit_counts").selectAll().execute(),
      await query.selectFrom("sessions").selectAll().execute(),
      await query.selectFrom("calls").selectAll().execute(),
    ];
    expect(JSON.stringify(rows)).toContain("acme/address/");
    expect(JSON.stringify(rows)).not.toContain("198.51.100");
    expect(bff.logged()).not.toContain("198.51.100");
  });
});

describe.each(engines)(
  "an anonymous session that asks for too many different numbers, on %s,",
  (_name, newUrl) => {
    const tryNumbers = async (visitor: Visitor, from: number, count: number) => {
      const statuses = [];
      for (let n = from; n < from + count; n++) statuses.push((await visitor.call(numbered(n))).status);
      return statuses.filter((status) => status < 300).length;
    };

    it("is not served for a day; others at its address are", async () => {
      const bff = await start({ databaseUrl: await newUrl(), clock: new TestClock() });
      const visitor = await visitorAt(bff, addressOf(1));
      expect(await tryNumbers(visitor, 0, 3)).toBe(3);
      const fourth = await visitor.call(numbered(3));
      expect([fourth.status, fourth.body.code, fourth.body.retryAfter]).toEqual([
        429,
        "rate_limited",
        86_400,
      ]);
      // The session stays banned. Neither a number that it called before nor another IP address makes a
      // difference.
      expect((await visitor.call(numbered(0))).status).toBe(429);
      visitor.headers = { ...visitor.headers, "x-forwarded-for": addressOf(2) };
      expect((await visitor.call(numbered(0))).status).toBe(429);
      expect(bff.logged()).toContain("is banned");
      const neighbour = await visitorAt(bff, addressOf(1));
      expect(await tryNumbers(neighbour, 0, 3)).toBe(3);
    });

    it("may ask for the same number again, limited by that number's quota only", async () => {
      const bff = await start({ databaseUrl: await newUrl() });
      const visitor = await visitorAt(bff, addressOf(1));
      for (let n = 0; n < 8; n++) {
        const { status } = await visitor.call(CALL);
        expect(status).toBeLessThan(300);
      }
      expect(await tryNumbers(visitor, 1, 2)).toBe(2);
    });
  },
);

describe.each(engines)("a user the site vouches for, on %s,", (_name, newUrl) => {
  it("calls many different numbers from an address shared with others, up to a limit of their own", async () => {
    const bff = await start({
      databaseUrl: await newUrl(),
      tenant: [
        "identity: { secret: { env: IDENTITY_SECRET } }",
        "limits: { identity: [{ calls: 6, within: 1h }], session: [{ calls: 2, within: 1h }], addressNumbers: { proof: 1, keep: 2, refuse: 3 } }",
      ].join("\n    "),
    });
    const operator = async (sub: string): Promise<Visitor> => {
      const visitor = bff.visitor();
      visitor.headers = { "x-forwarded-for": addressOf(1) };
      const token = await createIdentityToken({ tenant: "acme", sub }, SCANNED.identitySecret);
      expect((await visitor.open("acme", {}, token)).status).toBe(200);
      return visitor;
    };
    const one = await operator("operator-1");
    const statuses = [];
    for (let n = 0; n < 7; n++) statuses.push((await one.call(numbered(n))).body.status);
    expect(statuses.filter((status) => status === "held")).toHaveLength(1);
    expect(statuses.at(-1)).toBe("held");
    const other = await operator("operator-2");
    expect((await other.call(numbered(20))).body.status).not.toBe("held");
    expect(placed(bff)).toBe(7);
  });

  it("is refused further numbers only where the site has set a limit on them, and never banned", async () => {
    const clock = new TestClock();
    const bff = await start({
      databaseUrl: await newUrl(),
      clock,
      tenant: [
        "identity: { secret: { env: IDENTITY_SECRET } }",
        "limits: { distinctNumbers: { identity: [{ numbers: 4, within: 10m }] } }",
      ].join("\n    "),
    });
    const operator = bff.visitor();
    const token = await createIdentityToken(
      { tenant: "acme", sub: "operator-1" },
      SCANNED.identitySecret,
      clock.now(),
    );
    expect((await operator.open("acme", {}, token)).status).toBe(200);
    const statuses = [];
    for (let n = 0; n < 6; n++) statuses.push((await operator.call(numbered(n))).status);
    expect(statuses.map((status) => status < 300)).toEqual([true, true, true, true, false, false]);
    expect((await operator.call(numbered(0))).status).toBeLessThan(300);
    expect(await bff.database.query.selectFrom("bans").selectAll().execute()).toEqual([]);
    clock.advance(10 * 60_000);
    expect((await operator.call(numbered(9))).status).toBeLessThan(300);
  });
});
