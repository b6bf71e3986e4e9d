import { engines } from "@uis-call/testing/databases";
import { TestClock } from "@uis-call/testing/test-clock";
import { afterEach, describe, expect, it } from "vitest";
import type { Tenant } from "../config/configuration.js";
import { DEFAULT_LIMITS, type Limits } from "../config/limits.js";
import { Secret } from "../config/secret.js";
import { type Database, openDatabase } from "../store/database.js";
import { openNumberCipher } from "../store/number-cipher.js";
import { newCall } from "./call.harness.js";
import { Ledger, type NewCall } from "./ledger.js";
import { CallQuotas } from "./call-quotas.js";
import type { Attempt } from "./attempt.js";
import { Attempts, type AttemptResult } from "./attempts.js";

const HOUR = 3600;
const ANY: Limits = {
  number: [],
  distinctNumbers: { session: [], identity: [] },
  addressNumbers: { proof: Infinity, keep: Infinity, refuse: Infinity, within: HOUR },
  address: [],
  session: [],
  identity: [],
  office: [],
  target: [],
  tenant: [],
  concurrency: { target: Infinity, tenant: Infinity },
};
const PLACED: AttemptResult = { status: "placed", reason: null, outcome: "placed", code: null };
const NOT_SENT: AttemptResult = {
  status: "waiting",
  reason: "service_unreachable",
  outcome: "wait",
  code: null,
};

const opened: Database[] = [];
afterEach(async () => {
  for (const db of opened.splice(0)) await db.close();
});

/** Starts several instances on one database, or one instance on SQLite. Returns their ledgers and attempts. */
async function instances(url: string, limits: Partial<Limits> | "none", clock = new TestClock()) {
  const of = limits === "none" ? limits : { ...ANY, ...limits };
  const ids = ["acme", ...Array.from({ length: 8 }, (_, n) => `t${String(n)}`)];
  const tenants = new Map(ids.map((id) => [id, { id, limits: of } as Tenant]));
  const made = [];
  for (const owner of url.startsWith("sqlite:") ? ["a"] : ["a", "b", "c"]) {
    const db = await openDatabase(url);
    opened.push(db);
    const cipher = await openNumberCipher(db, [new Secret("s".repeat(32))]);
    const quotas = new CallQuotas(tenants, cipher);
    made.push({
      db,
      ledger: new Ledger(db, cipher, clock, { owner, quotas }),
      attempts: new Attempts(db, clock, { owner, quotas }),
    });
  }
  const [first] = made;
  if (first === undefined) throw new Error("no instance");
  return { ...first, clock, made };
}

let last = 0;
const number = () => `+7900000${String(1000 + ++last)}`;

describe.each(engines)("call quotas on %s", (_name, newUrl) => {
  const three = [{ most: 3, within: HOUR }];
  it.each<[string, Partial<Limits>, (n: number) => Partial<NewCall>]>([
    ["tenant", { tenant: three }, () => ({ visitorNumber: number() })],
    ["target", { target: three }, () => ({ visitorNumber: number() })],
    ["user", { identity: three }, () => ({ visitorNumber: number(), identity: "operator-1" })],
    ["office", { office: three }, () => ({ visitorNumber: number(), officeNumber: "+79000000101" })],
    ["number, by several tenants,", { number: three }, (n) => ({ tenant: `t${String(n)}` })],
    [
      "number, where each is within another's limit,",
      { number: three, tenant: three, target: [{ most: 4, within: HOUR }] },
      (n) => ({ tenant: `t${String(n)}` }),
    ],
  ])(
    "dial exactly N of N+1 parallel calls of one %s and keep the other for a person",
    async (_kind, limits, of) => {
      const { made, db } = await instances(await newUrl(), limits);
      const answers = await Promise.all(
        Array.from({ length: 4 }, (_, n) => made[n % made.length]!.ledger.accept(newCall(of(n)), true)),
      );
      expect(answers.filter(({ attempt }) => attempt !== undefined)).toHaveLength(3);
      const [kept, ...others] = answers.filter(({ attempt }) => attempt === undefined);
      expect(others).toEqual([]);
      expect(kept?.call).toMatchObject({ status: "held", reason: "limit_reached", attempts: 0 });
      const told = await db.query.selectFrom("notifications").select(["call_id", "reason"]).execute();
      expect(told).toEqual([{ call_id: kept?.call.id, reason: "limit_reached" }]);
    },
  );

  it("do not hold a call that is already counted and only waits for UIS", async () => {
    const { ledger, attempts, clock } = await instances(await newUrl(), {
      number: [{ most: 1, within: HOUR }],
    });
    const { attempt, call } = await ledger.accept(newCall(), true);
    await attempts.settle(attempt!, NOT_SENT);
    clock.advance(10 * 60_000);
    expect(await attempts.holdUndialable(call.id)).toMatchObject({ reason: "deadline_passed" });
    const next = await ledger.accept(newCall(), false);
    expect(next.call).toMatchObject({ status: "held", reason: "limit_reached", attempts: 0 });
  });

  it("keep N+1st parallel call waiting while N are under way, and let it go on when one is over", async () => {
    const { made, attempts, clock } = await instances(await newUrl(), {
      concurrency: { target: 3, tenant: 3 },
    });
    const answers = await Promise.all(
      Array.from({ length: 4 }, (_, n) =>
        made[n % made.length]!.ledger.accept(newCall({ visitorNumber: number() }), true),
      ),
    );
    const begun = answers.flatMap(({ attempt }) => attempt ?? []);
    expect(begun).toHaveLength(3);
    const waiting = answers.find(({ attempt }) => attempt === undefined)!.call;
    expect(waiting).toMatchObject({ status: "waiting", reason: "service_limit", attempts: 0 });
    clock.advance(1000);
    expect(await attempts.takeDue(new Map([["acme", 9]]))).toMatchObject([{ id: waiting.id }]);
    expect(await attempts.begin(waiting.id)).toBeUndefined();
    await attempts.settle(begun[0]!, PLACED);
    expect(await attempts.begin(waiting.id)).toMatchObject({ call: { status: "dialing", attempts: 1 } });
  });

  it("let exactly N of many calls through that instances begin at the same moment", async () => {
    const { made, ledger } = await instances(await newUrl(), { concurrency: { target: 3, tenant: 3 } });
    const ids: string[] = [];
    for (let n = 0; n < 18; n++) {
      const { call } = await ledger.accept(newCall({ visitorNumber: number() }), false);
      ids.push(call.id);
    }
    // Makes each instance open all its connections beforehand, so that the calls below begin at the same
    // moment.
    await Promise.all(ids.map((_id, n) => made[n % made.length]!.attempts.dueByTenant()));
    const begun = await Promise.all(ids.map((id, n) => made[n % made.length]!.attempts.begin(id)));
    expect(begun.filter((attempt) => attempt !== undefined)).toHaveLength(3);
  });

  it("leave a call that has waited for others until its deadline to a person", async () => {
    const { ledger, attempts, clock } = await instances(await newUrl(), {
      concurrency: { target: Infinity, tenant: 1 },
    });
    await ledger.accept(newCall({ visitorNumber: number() }), true);
    const { call } = await ledger.accept(newCall({ visitorNumber: number() }), true);
    clock.advance(10 * 60_000);
    expect(await attempts.begin(call.id)).toBeUndefined();
    expect(await attempts.holdUndialable(call.id)).toMatchObject({
      status: "held",
      reason: "deadline_passed",
    });
  });

  it("hold for a target without holding for the others", async () => {
    const { ledger } = await instances(await newUrl(), {
      concurrency: { target: 1, tenant: 9 },
      target: [{ most: 2, within: HOUR }],
    });
    const dial = async (target: string) =>
      (await ledger.accept(newCall({ visitorNumber: number(), target }), true)).call.status;
    expect([await dial("sales"), await dial("sales"), await dial("support")]).toEqual([
      "dialing",
      "waiting",
      "dialing",
    ]);
  });

  it("count nothing of a call that one of them forbids", async () => {
    const { ledger, db } = await instances(await newUrl(), {
      number: [{ most: 9, within: HOUR }],
      target: [{ most: 1, within: HOUR }],
      tenant: [{ most: 9, within: HOUR }],
    });
    await ledger.accept(newCall({ visitorNumber: number() }), true);
    const refused = number();
    for (let n = 0; n < 3; n++) await ledger.accept(newCall({ visitorNumber: refused }), true);
    const counts = await db.query.selectFrom("limit_counts").select(["bucket", "used"]).execute();
    const usedOf = (kind: string) => counts.find(({ bucket }) => bucket.startsWith(kind))?.used;
    const numbers = counts.filter(({ bucket }) => bucket.startsWith("number/")).map(({ used }) => used);
    expect([usedOf("tenant/"), usedOf("target/"), numbers.sort()]).toEqual([1, 1, [0, 1]]);
  });

  it("count a call once, however many attempts it takes", async () => {
    const { ledger, attempts, clock } = await instances(await newUrl(), {
      tenant: [{ most: 2, within: HOUR }],
    });
    const { call, attempt } = await ledger.accept(newCall({ visitorNumber: number() }), true);
    let present: Attempt | undefined = attempt;
    for (let attempt = 0; attempt < 5; attempt++) {
      await attempts.settle(present!, NOT_SENT);
      clock.advance(1);
      present = await attempts.begin(call.id);
    }
    expect(present?.call.attempts).toBe(6);
    const next = () => ledger.accept(newCall({ visitorNumber: number() }), true);
    expect([(await next()).call.status, (await next()).call.status]).toEqual(["dialing", "held"]);
  });

  it("begin a window with its first call, end it on time, and not for a clock that is set back", async () => {
    const { ledger, clock } = await instances(await newUrl(), { tenant: [{ most: 1, within: HOUR }] });
    const dial = async () => (await ledger.accept(newCall({ visitorNumber: number() }), true)).call.status;
    clock.advance(1_700_000);
    expect(await dial()).toBe("dialing");
    clock.advance(-5 * HOUR * 1000);
    expect(await dial()).toBe("held");
    clock.advance((6 * HOUR - 1) * 1000);
    expect(await dial()).toBe("held");
    clock.advance(1000);
    expect(await dial()).toBe("dialing");
    expect(await dial()).toBe("held");
  });

  it("do not block for years after a clock that was wrong by years", async () => {
    const { ledger, clock } = await instances(await newUrl(), { tenant: [{ most: 1, within: HOUR }] });
    const dial = async () => (await ledger.accept(newCall({ visitorNumber: number() }), true)).call.status;
    await dial();
    clock.advance(-3 * 365 * 24 * HOUR * 1000);
    expect(await dial()).toBe("dialing");
  });

  it("count each tenant's calls of a number for the others, whose windows differ", async () => {
    const url = await newUrl();
    const { db, clock } = await instances(url, "none");
    const cipher = await openNumberCipher(db, [new Secret("s".repeat(32))]);
    const tenants = new Map([
      ["wide", { id: "wide", limits: { ...ANY, number: [{ most: 9, within: 24 * HOUR }] } } as Tenant],
      ["narrow", { id: "narrow", limits: { ...ANY, number: [{ most: 2, within: HOUR }] } } as Tenant],
      ["free", { id: "free", limits: "none" } as Tenant],
    ]);
    const ledger = new Ledger(db, cipher, clock, {
      owner: "me",
      quotas: new CallQuotas(tenants, cipher),
    });
    const attempts = new Attempts(db, clock, { owner: "me" });
    const dial = async (tenant: string) => {
      const { call, attempt } = await ledger.accept(newCall({ tenant }), true);
      if (attempt !== undefined) await attempts.settle(attempt, PLACED);
      return call.status;
    };
    expect([await dial("wide"), await dial("wide"), await dial("narrow"), await dial("wide")]).toEqual([
      "dialing",
      "dialing",
      "held",
      "dialing",
    ]);
    expect(await dial("free")).toBe("dialing");
  });

  it("ask the database nothing where a tenant has none", async () => {
    const { ledger, db } = await instances(await newUrl(), "none");
    for (let n = 0; n < 30; n++) await ledger.accept(newCall({ visitorNumber: number() }), true);
    expect(await db.query.selectFrom("limit_counts").select("bucket").execute()).toEqual([]);
  });

  it("keep a number only as a hash", async () => {
    const { ledger, db } = await instances(await newUrl(), DEFAULT_LIMITS);
    await ledger.accept(newCall({ visitorNumber: "+79000000001", identity: "operator-1" }), true);
    const text = JSON.stringify(await db.query.selectFrom("limit_counts").selectAll().execute());
    expect(text).toContain("number/");
    expect(text).not.toContain("9000000001");
  });

  it("warn once at 50, 80 and 100 % of a tenant's quota", async () => {
    const { ledger } = await instances(await newUrl(), { tenant: [{ most: 10, within: HOUR }] });
    const told = [];
    for (let n = 0; n < 12; n++) {
      const { attempt } = await ledger.accept(newCall({ visitorNumber: number() }), true);
      if (attempt?.spent !== undefined) told.push([attempt.spent.used, attempt.spent.percent]);
    }
    expect(told).toEqual([
      [5, 50],
      [8, 80],
      [10, 100],
    ]);
  });
});
