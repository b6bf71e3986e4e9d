import { randomUUID } from "node:crypto";
import { engines } from "@uis-call/testing/databases";
import { TestClock } from "@uis-call/testing/test-clock";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type Database, openDatabase } from "../store/database.js";
import { newCall } from "./call.harness.js";
import { type Precondition, firstRefusal, Ledger, type NewCall } from "./ledger.js";
import { Attempts } from "./attempts.js";
import { Refusal } from "../refusal.js";
import { count } from "../store/limit-counts.js";
import { consume, type OneTimeToken } from "../store/once.js";
import { cipher } from "../store/number-cipher.harness.js";

describe.each(engines)("the ledger on %s", (_name, newUrl) => {
  let db: Database;
  let clock: TestClock;
  let ledger: Ledger;
  let attempts: Attempts;

  beforeEach(async () => {
    db = await openDatabase(await newUrl());
    clock = new TestClock();
    ledger = new Ledger(db, cipher, clock, { owner: "me" });
    attempts = new Attempts(db, clock, { owner: "me" });
  });
  afterEach(() => db.close());

  const accept = (change: Partial<NewCall> = {}, ready = false) => ledger.accept(newCall(change), ready);

  const notified = async () =>
    (await db.query.selectFrom("notifications").select(["call_id", "status", "reason"]).execute()).map(
      ({ call_id, status, reason }) => [call_id, status, reason],
    );

  it("makes one call, with one attempt, of a hundred simultaneous repeats of one key", async () => {
    const request = newCall();
    const answers = await Promise.all(Array.from({ length: 100 }, () => ledger.accept(request, true)));
    expect(new Set(answers.map(({ call }) => call.id)).size).toBe(1);
    expect(answers.filter(({ replayed }) => !replayed)).toHaveLength(1);
    expect(answers.filter(({ attempt }) => attempt !== undefined)).toHaveLength(1);
  });

  it("takes a repeat for the same whatever the order of its variables", async () => {
    const request = newCall({ variables: { a: "1", b: "2" } });
    await ledger.accept(request, false);
    expect(await ledger.accept({ ...request, variables: { b: "2", a: "1" } }, false)).toMatchObject({
      replayed: true,
    });
  });

  it.each<[string, Partial<NewCall>]>([
    ["number", { visitorNumber: "+79000000002" }],
    ["target", { target: "support" }],
    ["time", { scheduledFor: new Date("2026-11-24T09:00:00Z") }],
    ["reference", { reference: "deal-18" }],
    ["number of the office", { officeNumber: "+79000000103" }],
    ["value of a variable", { variables: { product: "coffee" } }],
    ["page", { page: "https://acme.example/coffee" }],
    ["answer to the question of consent", { consentText: "I agree" }],
  ])("refuses the key for another %s", async (_what, change) => {
    const request = newCall();
    await ledger.accept(request, false);
    await expect(ledger.accept({ ...request, ...change }, false)).rejects.toMatchObject({
      code: "idempotency_conflict",
    });
  });

  it.each<[string, Partial<NewCall>]>([
    ["language", { locale: "en" }],
    ["text of consent", { consentText: "Я согласен" }],
    ["address", { address: "192.0.2.78" }],
    ["identity", { identity: "buyer-1" }],
  ])("takes a repeat in another %s for the same", async (_what, change) => {
    const request = newCall({ consentText: "I agree", address: "192.0.2.77" });
    await ledger.accept(request, false);
    expect(await ledger.accept({ ...request, ...change }, false)).toMatchObject({ replayed: true });
  });

  it("keeps keys of different owners and tenants apart", async () => {
    const request = newCall();
    const calls = [
      await ledger.accept(request, false),
      await ledger.accept({ ...request, principal: "another" }, false),
      await ledger.accept({ ...request, tenant: "other" }, false),
    ].map(({ call }) => call);
    expect(new Set(calls.map(({ id }) => id)).size).toBe(3);
    expect(await ledger.find("acme", "another", calls[0]?.id ?? "")).toBeUndefined();
    expect(await ledger.find("other", "somebody", calls[0]?.id ?? "")).toBeUndefined();
  });

  it("gives the same visitor the call under way for another of their keys, permanently", async () => {
    const first = await accept({}, true);
    const again = newCall();
    expect((await ledger.accept(again, true)).call.id).toBe(first.call.id);
    await settle(first);
    expect(await ledger.accept(again, true)).toMatchObject({
      call: { id: first.call.id },
      replayed: true,
    });
  });

  it("dials one of a hundred visitors' calls to one number, and leaves the others to a person", async () => {
    const answers = await Promise.all(
      Array.from({ length: 100 }, (_, n) => accept({ principal: String(n) }, true)),
    );
    expect(answers.filter(({ attempt }) => attempt !== undefined)).toHaveLength(1);
    const held = answers.filter(({ call }) => call.status === "held").map(({ call }) => call);
    expect(held).toHaveLength(99);
    expect(new Set(held.map(({ reason }) => reason))).toEqual(new Set(["number_under_way"]));
    const notes = await db.query.selectFrom("notifications").select("requests").execute();
    expect(notes).toEqual([{ requests: 99 }]);
  });

  it("accepts another call to a number once the last is over", async () => {
    await settle(await accept({}, true));
    const next = await accept({ principal: "another" }, true);
    expect(next.attempt).toBeDefined();
  });

  it("cancels what has not been sent, and nothing else", async () => {
    const waiting = await accept();
    expect(await ledger.cancel(waiting.call)).toMatchObject({ status: "cancelled" });
    const sent = await accept({}, true);
    expect(await ledger.cancel(sent.call)).toMatchObject({ status: "dialing" });
    expect(await attempts.begin(waiting.call.id)).toBeUndefined();
    expect(await notified()).toEqual([]);
  });

  async function settle({ attempt }: Awaited<ReturnType<typeof accept>>) {
    if (attempt === undefined) throw new Error("the call has no attempt");
    await attempts.settle(attempt, { status: "placed", reason: null, outcome: "placed", code: null });
  }

  it("begins no attempt for a scheduled call", async () => {
    const scheduledFor = new Date(clock.now().getTime() + 3_600_000);
    const { call, attempt } = await accept({ scheduledFor }, true);
    expect([call.status, attempt]).toEqual(["scheduled", undefined]);
    expect(await attempts.takeDue(new Map([["acme", 10]]))).toEqual([]);
    clock.advance(3_600_000);
    expect((await attempts.takeDue(new Map([["acme", 10]]))).map(({ id }) => id)).toEqual([call.id]);
  });

  const keeping: Precondition = () => Promise.resolve({ keep: "limit_reached" });

  it.each<[string, Partial<NewCall>]>([
    ["for now", {}],
    ["for later", { scheduledFor: new Date("2026-11-24T09:00:00Z") }],
    ["to a number that another's call is under way to", { principal: "another" }],
    ["to a number that the same visitor's call in another matter is under way to", { target: "support" }],
  ])(
    "leaves a request %s to a person when a precondition keeps it, and dials nothing",
    async (what, change) => {
      const isUnderWay = what.endsWith("under way to");
      if (isUnderWay) await accept({ principal: "somebody" }, true);
      const request = newCall(change);
      const { call, attempt, replayed } = await ledger.accept(request, true, keeping);
      expect([call.status, call.reason, call.attempts, attempt, replayed]).toEqual([
        "held",
        "limit_reached",
        0,
        undefined,
        false,
      ]);
      expect(await notified()).toEqual([[call.id, "held", "limit_reached"]]);
      clock.advance(30 * 24 * 60 * 60_000);
      expect((await attempts.takeDue(new Map([["acme", 9]]))).filter(({ id }) => id === call.id)).toEqual([]);
      const again = await ledger.accept(request, true, keeping);
      expect([again.call.id, again.replayed]).toEqual([call.id, true]);
      expect(await notified()).toHaveLength(1);
    },
  );

  it("refuses what one precondition refuses, although an earlier one would hold it, and counts nothing", async () => {
    const counting =
      (bucket: string): Precondition =>
      async (transaction) => ({
        counted: [...(await count(transaction, [{ bucket, seconds: 60, most: 1 }], clock.now())).keys()],
      });
    const token: OneTimeToken = {
      ...{ kind: "sealed_number", tenant: "acme", id: "n-1" },
      ...{ expiresAt: new Date("2027-01-01"), checkedAt: clock.now() },
    };
    const consuming: Precondition = async (transaction) =>
      (await consume(transaction, token)) ? { consumed: [token] } : { refusal };
    const refusal = new Refusal("proof_invalid", "it was used before");
    const refusing: Precondition = () => Promise.resolve({ refusal });
    const request = newCall();
    await expect(
      ledger.accept(
        request,
        true,
        firstRefusal(counting("before"), consuming, keeping, counting("between"), refusing, undefined),
      ),
    ).rejects.toBe(refusal);
    const used = async () =>
      (await db.query.selectFrom("limit_counts").select(["bucket", "used"]).orderBy("bucket").execute()).map(
        ({ bucket, used }) => [bucket, used],
      );
    expect(await used()).toEqual([
      ["before", 0],
      ["between", 0],
    ]);
    expect([await notified(), await db.query.selectFrom("calls").select("id").execute()]).toEqual([[], []]);

    const kept = await ledger.accept(
      request,
      true,
      firstRefusal(keeping, counting("before"), counting("between"), consuming),
    );
    expect([kept.replayed, kept.call.status]).toEqual([false, "held"]);
    expect(await used()).toEqual([
      ["before", 1],
      ["between", 1],
    ]);
    await expect(ledger.accept(newCall(), true, consuming)).rejects.toBe(refusal);
  });

  it("knows no call by an invented id", async () => {
    expect(await ledger.find("acme", "somebody", randomUUID())).toBeUndefined();
  });
});
