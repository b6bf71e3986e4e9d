import { engines } from "@uis-call/testing/databases";
import type { TestBff } from "@uis-call/testing/test-bff";
import { TestClock } from "@uis-call/testing/test-clock";
import { afterEach, describe, expect, it } from "vitest";
import {
  addressOf,
  at,
  CALL,
  HOUR,
  numbered,
  only,
  placed,
  start,
  startInstances,
  stopAll,
  times,
  visitorAt,
} from "./rate-tiers.harness.js";

afterEach(stopAll);

const reasonsTold = async (bff: TestBff) => {
  const told = await bff.database.query.selectFrom("notifications").select("reason").distinct().execute();
  return told.map(({ reason }) => reason).sort();
};

const toldOf = async (bff: TestBff) =>
  (await bff.database.query.selectFrom("notifications").select("call_id").execute()).map(
    ({ call_id }) => call_id,
  );

describe.each(engines)("a number requested from everywhere, on %s,", (_name, newUrl) => {
  it(
    "is rung no more often than the rate tiers say, and each of a thousand requests is stored",
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
      expect([...reasons]).toEqual(["kept"]);
      const held = await bff.database.query
        .selectFrom("calls")
        .select(["id", "reason"])
        .where("status", "=", "held")
        .execute();
      expect(new Set(held.map(({ reason }) => reason))).toEqual(
        new Set(["limit_reached", "number_under_way"]),
      );
      expect(held.map(({ id }) => id).sort()).toEqual(kept.sort());
      // The leads of each tenant are one note.
      const notes = await bff.database.query.selectFrom("notifications").select("requests").execute();
      expect(notes).toHaveLength(2);
      expect(notes.reduce((sum, { requests }) => sum + requests, 0)).toBe(kept.length);
    },
  );

  it("is rung again when its windows are over, each rate tier at its time", async () => {
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
      expect(held.map(({ body }) => body.reason)).toEqual(["kept"]);
      expect(await reasonsTold(first!)).toEqual(["limit_reached"]);
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
      ["visitor's numbers", "distinctNumbers: { session: [{ numbers: 5, within: 60m }] }"],
      ["address's numbers", "addressNumbers: { proof: none, keep: none, refuse: 5 }"],
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
