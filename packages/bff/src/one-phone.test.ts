import { SCANNED } from "@uis-call/testing/acme";
import { engines } from "@uis-call/testing/databases";
import type { TestBff } from "@uis-call/testing/test-bff";
import { TestClock } from "@uis-call/testing/test-clock";
import type { Visitor } from "@uis-call/testing/visitor";
import { afterEach, describe, expect, it } from "vitest";
import {
  addressOf,
  CALL,
  placed,
  start,
  startInstances,
  stopAll,
  times,
  visitorAt,
} from "./rate-tiers.harness.js";
import { createIdentityToken, sealNumber } from "./tokens.js";

const MINUTE = 60_000;
const LIMITS = "limits: none";

const ringing: TestBff[] = [];
afterEach(async () => {
  // Ends ringing calls, because a backend waits for them when it stops.
  for (const { uis } of ringing.splice(0)) {
    uis.exchange.change({ answerByThemselves: { visitor: 0, office: 0 } });
  }
  await stopAll();
});

describe.each(engines)("one phone, on %s,", (_name, newUrl) => {
  async function startRinging(clock?: TestClock) {
    const bff = await start({ databaseUrl: await newUrl(), tenant: LIMITS, ...(clock && { clock }) });
    bff.uis.exchange.change({ answersWhen: "carried-out" });
    ringing.push(bff);
    let visitors = 0;
    const visitor = (): Promise<Visitor> => visitorAt(bff, addressOf(visitors++));
    /** Makes both phones of all calls answer from now on. */
    const pickUp = () => bff.uis.exchange.change({ answerByThemselves: { visitor: 0, office: 0 } });
    const leads = async () =>
      (await bff.database.query.selectFrom("notifications").select(["call_id", "reason"]).execute()).map(
        ({ call_id, reason }) => [call_id, reason],
      );
    const targets = () =>
      bff.uis
        .received("place_calls")
        .map(({ params }) => ("queue_timeout" in (params as object) ? "support" : "sales"));
    return { bff, visitor, pickUp, leads, targets };
  }

  it("is not held by strangers who ask for calls later: its owner is called", async () => {
    const { bff, visitor, pickUp } = await startRinging();
    for (const days of [1, 7, 14]) {
      const at = new Date(Date.now() + days * 24 * 60 * MINUTE - 5000).toISOString();
      expect((await (await visitor()).call({ ...CALL, at })).body.status).toBe("scheduled");
    }
    const victim = await visitor();
    const { body } = await victim.call(CALL);
    expect([body.status, body.reason]).toEqual(["dialing", undefined]);
    pickUp();
    await victim.until(body.id, "placed");
    await expect.poll(() => placed(bff)).toBe(1);
  });

  it("that another visitor's call rings leaves its owner's request to a person at once", async () => {
    const { bff, visitor, leads } = await startRinging();
    const strangers = [await visitor(), await visitor(), await visitor()];
    for (const stranger of strangers) await stranger.call(CALL);
    const { status, body } = await (await visitor()).call(CALL);
    expect([status, body.status, body.reason]).toEqual([201, "held", "kept"]);
    expect(await leads()).toContainEqual([body.id, "number_under_way"]);
    await expect.poll(() => placed(bff)).toBe(1);
  });

  it("is rung for two targets of one session one after the other", async () => {
    const { bff, visitor, pickUp, targets, leads } = await startRinging();
    const one = await visitor();
    const sales = await one.call(CALL);
    const support = await one.call({ ...CALL, target: "support" });
    expect([support.status, support.body.status, support.body.reason]).toEqual([
      202,
      "waiting",
      "phone_busy",
    ]);
    expect(support.body.id).not.toBe(sales.body.id);
    // A second click on one of the buttons shows the call that exists already.
    expect((await one.call(CALL)).body.id).toBe(sales.body.id);
    expect((await one.call({ ...CALL, target: "support" })).body.id).toBe(support.body.id);
    expect(targets()).toEqual(["sales"]);
    pickUp();
    await one.until(sales.body.id, "placed");
    await one.until(support.body.id, "placed");
    expect(targets()).toEqual(["sales", "support"]);
    await expect.poll(() => placed(bff)).toBe(2);
    expect(await leads()).toEqual([]);
  });

  it("is rung for what the same session asks for about another matter, or at another time, too", async () => {
    const { visitor, bff } = await startRinging();
    const one = await visitor();
    const wishes = [
      CALL,
      { ...CALL, reference: "deal-1" },
      { ...CALL, reference: "deal-2" },
      ...[1, 2].map((hours) => ({ ...CALL, at: new Date(Date.now() + hours * 60 * MINUTE).toISOString() })),
    ];
    const asked = async () => {
      const ids: string[] = [];
      for (const wish of wishes) ids.push((await one.call(wish)).body.id);
      return ids;
    };
    const first = await asked();
    expect(new Set(first).size).toBe(wishes.length);
    expect(await asked()).toEqual(first);
    await expect.poll(() => placed(bff)).toBe(1);
  });

  it("does not wait for a call that is cancelled, and a stranger's request goes behind what waits", async () => {
    const { visitor, pickUp, targets } = await startRinging();
    const one = await visitor();
    const sales = await one.call(CALL);
    const support = await one.call({ ...CALL, target: "support" });
    expect((await one.send<{ status: string }>("DELETE", `/calls/${support.body.id}`)).body.status).toBe(
      "cancelled",
    );
    const again = await one.call({ ...CALL, target: "support" });
    expect([again.body.reason, again.body.id === support.body.id]).toEqual(["phone_busy", false]);
    expect((await (await visitor()).call({ ...CALL, target: "support" })).body.reason).toBe("kept");
    pickUp();
    await one.until(sales.body.id, "placed");
    await one.until(again.body.id, "placed");
    expect(targets()).toEqual(["sales", "support"]);
  });

  it("leaves calls that waited too long to a person", async () => {
    const clock = new TestClock();
    const { bff, visitor, leads } = await startRinging(clock);
    const one = await visitor();
    await one.call(CALL);
    const { body } = await one.call({ ...CALL, target: "support" });
    // Prevents the ringing call from being recovered.
    await bff.database.write("test", (transaction) =>
      transaction
        .updateTable("calls")
        .set({ due_at: "2027-01-01T00:00:00.000Z" })
        .where("status", "=", "dialing")
        .execute(),
    );
    clock.advance(10 * MINUTE);
    expect((await one.until(body.id, "held")).reason).toBe("deadline_passed");
    expect(await leads()).toEqual([[body.id, "deadline_passed"]]);
  });

  it("rings for one of a hundred strangers and its owner who ask at once, now and for later", async () => {
    const { bff, visitor, leads } = await startRinging();
    const at = new Date(Date.now() + 60 * MINUTE).toISOString();
    const visitors = await Promise.all(times(100, visitor));
    const answers = await Promise.all(
      visitors.map((one, n) => one.call(n % 2 === 0 ? { ...CALL, at } : CALL)),
    );
    const states = (wanted: string) => answers.filter(({ body }) => body.status === wanted);
    expect(states("scheduled")).toHaveLength(50);
    expect(states("held")).toHaveLength(49);
    expect(new Set(states("held").map(({ body }) => body.reason))).toEqual(new Set(["kept"]));
    const notes = await bff.database.query.selectFrom("notifications").select("requests").execute();
    expect(notes).toEqual([{ requests: 49 }]);
    const ids = states("held").map(({ body }) => body.id);
    expect(ids).toContain((await leads())[0]?.[0]);
    await expect.poll(() => placed(bff)).toBe(1);
  });

  it("is rung for each of two targets once, of a hundred requests of one session at once", async () => {
    const { bff, visitor, pickUp } = await startRinging();
    const one = await visitor();
    const at = new Date(Date.now() + 60 * MINUTE).toISOString();
    const wishes = [CALL, { ...CALL, target: "support" }, { ...CALL, at }];
    const answers = await Promise.all(times(99, (n) => one.call(wishes[n % wishes.length]!)));
    const ids = wishes.map(
      (_, wish) => new Set(answers.filter((_, n) => n % 3 === wish).map(({ body }) => body.id)),
    );
    expect(ids.map(({ size }) => size)).toEqual([1, 1, 1]);
    expect(new Set(ids.flatMap((set) => [...set])).size).toBe(3);
    pickUp();
    for (const id of [...ids[0]!, ...ids[1]!]) await one.until(id, "placed");
    await expect.poll(() => placed(bff)).toBe(2);
  });

  it("is rung once when a hundred calls to it come due at once, on every instance there can be", async () => {
    const clock = new TestClock();
    const instances = await startInstances(await newUrl(), { clock, tenant: LIMITS });
    const [first] = instances;
    first!.uis.exchange.change({ answersWhen: "carried-out" });
    ringing.push(first!);
    const at = new Date(clock.now().getTime() + MINUTE).toISOString();
    for (let asked = 0; asked < 100; asked += 20) {
      const answers = await Promise.all(
        times(20, async (n) => {
          const visitor = await visitorAt(instances[n % instances.length]!, addressOf(asked + n));
          return visitor.call({ ...CALL, at });
        }),
      );
      expect(new Set(answers.map(({ body }) => body.status))).toEqual(new Set(["scheduled"]));
    }
    clock.advance(MINUTE);
    // Advances the clock so that the backends check the ledger once, and then reads the calls.
    const statuses = async () => {
      clock.advance(250);
      const rows = await first!.database.query.selectFrom("calls").select(["status", "reason"]).execute();
      return [...new Set(rows.map(({ status, reason }) => `${status} ${String(reason)}`))].sort();
    };
    await expect
      .poll(statuses, { timeout: 20_000, interval: 100 })
      .toEqual(["dialing null", "held number_under_way"]);
    await expect.poll(() => placed(first!)).toBe(1);
    for (const { logged } of instances) expect(logged()).not.toContain("dialling failed");
  });
});

describe.each(engines)("the phone of an operator, on %s,", (_name, newUrl) => {
  const OPERATOR = "+79000000505";
  const customer = (last: number) =>
    sealNumber(
      { tenant: "acme", target: "customer", phone: `+790000006${String(last)}` },
      SCANNED.sealingKey,
    );

  async function startCrm() {
    const bff = await start({
      databaseUrl: await newUrl(),
      tenant: [
        LIMITS,
        "identity: { secret: { env: IDENTITY_SECRET } }",
        "sealing: { key: { env: SEALING_KEY } }",
      ].join("\n    "),
      targets: "customer: { title: Customer, office: identity, visitor: sealed }",
    });
    bff.uis.exchange.change({ answersWhen: "carried-out" });
    ringing.push(bff);
    const operator = async (sub: string, phone = OPERATOR) => {
      const one = bff.visitor();
      const token = await createIdentityToken({ tenant: "acme", sub, phone }, SCANNED.identitySecret);
      expect((await one.open("acme", {}, token)).status).toBe(200);
      return one;
    };
    const pickUp = () => bff.uis.exchange.change({ answerByThemselves: { visitor: 0, office: 0 } });
    return { bff, operator, pickUp };
  }
  const call = async (one: Visitor, last: number) =>
    (await one.call({ target: "customer", sealedNumber: await customer(last) })).body;

  it("rings for one customer at a time: the others wait, from the same user's other sessions, too", async () => {
    const { bff, operator, pickUp } = await startCrm();
    const [here, there] = [await operator("op-1"), await operator("op-1")];
    const first = await call(here, 11);
    const second = await call(here, 12);
    const third = await call(there, 13);
    expect([first, second, third].map(({ status, reason }) => [status, reason])).toEqual([
      ["dialing", undefined],
      ["waiting", "phone_busy"],
      ["waiting", "phone_busy"],
    ]);
    await expect.poll(() => placed(bff)).toBe(1);
    pickUp();
    await here.until(first.id, "placed");
    await here.until(second.id, "placed");
    await there.until(third.id, "placed");
    const dialled = bff.uis.received("place_calls").map(({ params }) => (params as { numa: string }).numa);
    expect(dialled).toEqual(["79000000611", "79000000612", "79000000613"]);
  });

  it("is not rung again for what the user asks for once more in another session, as after a reload", async () => {
    const { bff, operator, pickUp } = await startCrm();
    const [before, after] = [await operator("op-1"), await operator("op-1")];
    const first = await call(before, 11);
    const again = await call(after, 11);
    expect([again.status, again.reason]).toEqual(["held", "kept"]);
    pickUp();
    await before.until(first.id, "placed");
    await expect.poll(() => placed(bff)).toBe(1);
  });

  it("is not rung for another user who claims it, nor for a visitor who types it", async () => {
    const { bff, operator } = await startCrm();
    await call(await operator("op-1"), 11);
    expect((await call(await operator("op-2"), 12)).status).toBe("held");
    const visitor = await visitorAt(bff, addressOf(1));
    expect((await visitor.call({ target: "sales", phone: OPERATOR })).body.status).toBe("held");
    // Tests the same with the two phones exchanged.
    await visitor.call(CALL);
    expect((await call(await operator("op-3", "+79000000001"), 13)).status).toBe("held");
    await expect.poll(() => placed(bff)).toBe(2);
  });
});
