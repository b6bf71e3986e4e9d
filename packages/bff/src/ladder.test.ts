import { randomUUID } from "node:crypto";
import { afterEach, describe, expect, it, vi } from "vitest";
import { startTestBff, type TestBff, type TestBffOptions, type Visitor } from "./bff.harness.js";
import { TestClock } from "./clock.harness.js";
import { engines, sqliteUrl } from "./store/engines.harness.js";

const CALL = { target: "sales", phone: "8 900 000-00-01" };
const numbered = (n: number) => ({ ...CALL, phone: `8 900 000-${String(1000 + n)}` });
const HOUR = 3_600_000;

/** Nothing limited but what a test says. */
const only = (limits: string): string => {
  const kinds = ["number", "address", "session", "identity", "target", "tenant"];
  const none = kinds.filter((kind) => !limits.includes(`${kind}: [`)).map((kind) => `${kind}: none`);
  const numbers = limits.includes("distinctNumbers")
    ? []
    : ["distinctNumbers: { session: none, address: none }"];
  const atOnce = limits.includes("concurrency") ? [] : ["concurrency: { target: none, tenant: none }"];
  return `limits: { ${[...none, ...numbers, ...atOnce, limits].join(", ")} }`;
};

const running: TestBff[] = [];
afterEach(async () => {
  for (const bff of running.splice(0)) await bff.stop();
});

async function start(options: TestBffOptions): Promise<TestBff> {
  const bff = await startTestBff({ trustProxy: "loopback", ...options });
  running.push(bff);
  bff.uis.exchange.change({ answersWhen: "accepted" });
  return bff;
}

/** Three on one PostgreSQL, or the one that a SQLite file allows; the first has the simulator. */
async function startInstances(databaseUrl: string, options: TestBffOptions): Promise<TestBff[]> {
  const shared = { ...options, databaseUrl, sessionSecret: "s".repeat(32) };
  const first = await start(shared);
  if (databaseUrl.startsWith("sqlite:")) return [first];
  const others = [
    await start({ ...shared, uisUrl: first.uis.url }),
    await start({ ...shared, uisUrl: first.uis.url }),
  ];
  return [first, ...others];
}

/** A browser at this address, as the proxy in front tells. */
async function visitorAt(bff: TestBff, ip: string, tenant = "acme"): Promise<Visitor> {
  const visitor = bff.visitor();
  visitor.headers = { "x-forwarded-for": ip, origin: `https://${tenant}.example` };
  const { status } = await visitor.open(tenant);
  expect(status).toBe(200);
  return visitor;
}

const addressOf = (n: number) => `203.0.${String(n >> 8)}.${String(n & 255)}`;

/** The same visitor at another instance. */
function at(bff: TestBff, visitor: Visitor): Visitor {
  const { cookie, csrfToken, headers } = visitor;
  return Object.assign(bff.visitor(), { cookie, csrfToken, headers });
}

const placed = (bff: TestBff) => bff.uis.received("place_calls").length;

const times = <T>(count: number, make: (n: number) => T): T[] =>
  Array.from({ length: count }, (_, n) => make(n));

const toldOf = async (bff: TestBff) =>
  (await bff.database.query.selectFrom("handovers").select("call_id").execute()).map(
    ({ call_id }) => call_id,
  );

describe.each(engines)("a number that is asked for from everywhere, on %s,", (_name, newUrl) => {
  it(
    "is rung no oftener than the ladder says, and each of a thousand requests is kept",
    { timeout: 180_000 },
    async () => {
      const bff = await start({ databaseUrl: await newUrl() });
      const kept: string[] = [];
      const reasons = new Set<string | undefined>();
      for (let round = 0; round < 50; round++) {
        const answers = await Promise.all(
          times(20, async (n) => {
            const tenant = n % 2 === 0 ? "acme" : "careful";
            const visitor = await visitorAt(bff, addressOf(20 * round + n), tenant);
            return visitor.call(tenant === "careful" ? { ...CALL, consent: true } : CALL);
          }),
        );
        for (const { status, body } of answers) {
          expect(status).toBeLessThan(300);
          if (body.status !== "held") continue;
          kept.push(body.id);
          reasons.add(body.reason);
        }
      }
      const dialled = placed(bff);
      expect(dialled).toBe(7);
      expect(kept).toHaveLength(1000 - dialled);
      expect([...reasons].sort()).toEqual(["limit_reached", "number_under_way"]);
      expect((await toldOf(bff)).sort()).toEqual(kept.sort());
    },
  );

  it("is rung again when its windows are over, each step of the ladder at its time", async () => {
    const clock = new TestClock();
    const bff = await start({ databaseUrl: await newUrl(), clock });
    const dialledIn = async (): Promise<number> => {
      const before = placed(bff);
      for (let n = 0; n < 10; n++) {
        const visitor = await visitorAt(bff, addressOf(Math.floor(Math.random() * 65_000)));
        const { body } = await visitor.call(CALL);
        if (body.status !== "held")
          await expect.poll(async () => (await visitor.read(body.id)).body.status).toBe("placed");
      }
      return placed(bff) - before;
    };
    expect(await dialledIn()).toBe(7);
    clock.advance(15 * 60_000);
    expect(await dialledIn()).toBe(2);
    clock.advance(45 * 60_000);
    expect(await dialledIn()).toBe(6);
    clock.advance(22 * HOUR);
    expect(await dialledIn()).toBe(0);
    clock.advance(HOUR);
    expect(await dialledIn()).toBe(7);
  });
});

describe.each(engines)(
  "N+1 parallel calls at a limit of N, on every instance there can be on %s,",
  (_name, newUrl) => {
    it.each([
      ["tenant", "tenant: [{ calls: 5, within: 24h }]"],
      ["target", "target: [{ calls: 5, within: 24h }]"],
    ])("are N dialled and one held for the %s", async (_kind, limits) => {
      const instances = await startInstances(await newUrl(), { tenant: only(limits) });
      const [first] = instances;
      const visitors = await Promise.all(
        times(6, (n) => visitorAt(instances[n % instances.length]!, addressOf(n))),
      );
      const answers = await Promise.all(visitors.map((visitor, n) => visitor.call(numbered(n))));
      const held = answers.filter(({ body }) => body.status === "held");
      expect(held.map(({ body }) => body.reason)).toEqual(["limit_reached"]);
      await expect.poll(() => placed(first!)).toBe(5);
      expect(await toldOf(first!)).toEqual(held.map(({ body }) => body.id));
    });

    it.each([
      ["tenant", "concurrency: { target: none, tenant: 5 }"],
      ["target", "concurrency: { target: 5, tenant: none }"],
    ])("are N dialled and one that waits until another is over for the %s at once", async (_kind, limits) => {
      const instances = await startInstances(await newUrl(), { tenant: only(limits) });
      const [first] = instances;
      first!.uis.exchange.change({ answersWhen: "carried-out" });
      const visitors = await Promise.all(
        times(6, (n) => visitorAt(instances[n % instances.length]!, addressOf(n))),
      );
      const answers = await Promise.all(visitors.map((visitor, n) => visitor.call(numbered(n))));
      expect(answers.map(({ body }) => body.status).sort()).toEqual([
        ...times(5, () => "dialing"),
        "waiting",
      ]);
      await expect.poll(() => placed(first!)).toBe(5);
      first!.uis.exchange.change({ answerByThemselves: { visitor: 0, office: 0 } });
      await Promise.all(visitors.map((visitor, n) => visitor.until(answers[n]!.body.id, "placed")));
      expect(placed(first!)).toBe(6);
    });

    it.each([
      ["session", "session: [{ calls: 5, within: 15m }]"],
      ["visitor's numbers", "distinctNumbers: { session: [{ numbers: 5, within: 60m }], address: none }"],
      ["address's numbers", "distinctNumbers: { session: none, address: [{ numbers: 5, within: 60m }] }"],
      ["address", "address: [{ calls: 5, within: 15m }]"],
    ])("are N accepted and one refused, and nothing of it stored, for the %s", async (_kind, limits) => {
      const instances = await startInstances(await newUrl(), { tenant: only(limits) });
      const [first] = instances;
      const visitor = await visitorAt(first!, addressOf(1));
      const answers = await Promise.all(
        times(6, (n) => at(instances[n % instances.length]!, visitor).call(numbered(n))),
      );
      const refused = answers.filter(({ status }) => status >= 300);
      expect(refused.map(({ status, body }) => [status, body.code])).toEqual([[429, "rate_limited"]]);
      await expect.poll(() => placed(first!)).toBe(5);
      const { query } = first!.database;
      expect(await query.selectFrom("calls").select("id").execute()).toHaveLength(5);
      expect(await query.selectFrom("intents").select("call_id").execute()).toHaveLength(5);
    });

    it("are N sessions opened and one refused for the address", async () => {
      const instances = await startInstances(await newUrl(), {
        tenant: only("address: [{ calls: 5, within: 15m }]"),
      });
      const answers = await Promise.all(
        times(6, (n) =>
          instances[n % instances.length]!.visitor().open("acme", { "x-forwarded-for": addressOf(1) }),
        ),
      );
      const refused = answers.filter(({ status }) => status !== 200);
      expect(refused.map(({ status, body }) => [status, body.code])).toEqual([[429, "rate_limited"]]);
      expect(refused[0]?.headers["set-cookie"]).toBeUndefined();
    });
  },
);

describe.each(engines)("a flood limit on %s", (_name, newUrl) => {
  it("says when to try again, in the body and the header, and lets in then", async () => {
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

  it("does not end earlier because the computer's clock is set", async () => {
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

  it("that cannot be counted refuses with 503, and lets nobody in uncounted", async () => {
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

  it("that a visitor makes up is not believed without TRUST_PROXY", async () => {
    const bff = await startTestBff({ databaseUrl: sqliteUrl(), tenant: limit });
    running.push(bff);
    expect(await opened(bff, times(8, addressOf))).toBe(3);
  });

  it("that a visitor puts before what the proxy says is not believed", async () => {
    const bff = await start({ tenant: limit });
    expect(
      await opened(
        bff,
        times(8, (n) => `${addressOf(n)}, 198.51.100.7`),
      ),
    ).toBe(3);
  });

  it("counts for itself by IPv4, and with the whole /56 by IPv6", async () => {
    const bff = await start({ tenant: limit });
    expect(await opened(bff, times(8, addressOf))).toBe(8);
    const household = times(256, (n) => `2001:db8:1:ab${n.toString(16).padStart(2, "0")}::${n.toString(16)}`);
    expect(await opened(bff, household)).toBe(3);
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
  "an anonymous visitor who asks for too many different numbers, on %s,",
  (_name, newUrl) => {
    const tryNumbers = async (visitor: Visitor, from: number, count: number) => {
      const statuses = [];
      for (let n = from; n < from + count; n++) statuses.push((await visitor.call(numbered(n))).status);
      return statuses.filter((status) => status < 300).length;
    };

    it("is not served for a day, whatever the session, and the second time for good", async () => {
      const clock = new TestClock();
      const bff = await start({ databaseUrl: await newUrl(), clock });
      const visitor = await visitorAt(bff, addressOf(1));
      expect(await tryNumbers(visitor, 0, 3)).toBe(3);
      const fourth = await visitor.call(numbered(3));
      expect([fourth.status, fourth.body.code, fourth.body.retryAfter]).toEqual([
        429,
        "rate_limited",
        86_400,
      ]);
      // Neither a number it has called before, nor another session.
      expect((await visitor.call(numbered(0))).status).toBe(429);
      const again = await visitorAt(bff, addressOf(1));
      expect((await again.call(numbered(0))).status).toBe(429);
      expect(bff.logged()).toContain("is banned");
      const neighbour = await visitorAt(bff, addressOf(2));
      expect((await neighbour.call(numbered(0))).status).toBeLessThan(300);

      clock.advance(24 * HOUR);
      const back = await visitorAt(bff, addressOf(1));
      expect(await tryNumbers(back, 10, 3)).toBe(3);
      expect((await back.call(numbered(13))).status).toBe(429);
      clock.advance(1000 * 24 * HOUR);
      const later = await visitorAt(bff, addressOf(1));
      expect((await later.call(numbered(0))).status).toBe(429);
    });

    it("may ask for the same number again, and is asked for patience by the number alone", async () => {
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
