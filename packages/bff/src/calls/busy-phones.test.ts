import { engines } from "@uis-call/testing/databases";
import { TestClock } from "@uis-call/testing/test-clock";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type Database, openDatabase } from "../store/database.js";
import { cipher } from "../store/number-cipher.harness.js";
import { ALL_TENANTS, pauseCalls } from "../store/pauses.js";
import { newCall } from "./call.harness.js";
import { Ledger, type NewCall } from "./ledger.js";
import type { Attempt } from "./attempt.js";
import { Attempts } from "./attempts.js";

const OPERATOR = "+79000000505";

describe.each(engines)("a phone that is busy, on %s,", (name, newUrl) => {
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

  const ask = async (change: Partial<NewCall> = {}) => {
    clock.advance(1);
    return ledger.accept(newCall(change), true);
  };
  const inAMinute = () => new Date(clock.now().getTime() + 60_000);

  async function over(attempt: Attempt | undefined) {
    if (attempt === undefined) throw new Error("the call has no attempt");
    await attempts.settle(attempt, { status: "placed", reason: null, outcome: "placed", code: null });
  }

  /** Handles a due call in the same way as the dialler. */
  async function take(id: string) {
    clock.advance(1);
    const attempt = await attempts.begin(id);
    const call = attempt?.call ?? (await attempts.holdUndialable(id));
    return { attempt, state: [call?.status, call?.reason] };
  }

  it("is waited for in the order of the requests, however often calls look whether it is free", async () => {
    const first = await ask();
    const second = await ask({ target: "support" });
    const third = await ask({ target: "service" });
    for (let round = 0; round < 3; round++) {
      clock.advance(1000);
      const due = await attempts.takeDue(new Map([["acme", 10]]));
      expect(due.map(({ id }) => id).sort()).toEqual([second.call.id, third.call.id].sort());
      for (const { id } of [third.call, second.call]) {
        expect((await take(id)).state).toEqual(["waiting", "phone_busy"]);
      }
    }
    await over(first.attempt);
    expect((await take(third.call.id)).state).toEqual(["waiting", "phone_busy"]);
    const { attempt } = await take(second.call.id);
    expect((await take(third.call.id)).state).toEqual(["waiting", "phone_busy"]);
    await over(attempt);
    expect((await take(third.call.id)).attempt).toBeDefined();
  });

  it("goes to a waiting call before another visitor's call that comes due", async () => {
    const stranger = await ask({ principal: "stranger", scheduledFor: inAMinute() });
    const own = await ask({ scheduledFor: inAMinute() });
    clock.advance(60_000);
    const first = await ask();
    const second = await ask({ target: "support" });
    await over(first.attempt);
    expect((await take(stranger.call.id)).state).toEqual(["held", "number_under_way"]);
    // The visitor's scheduled call must wait for the visitor's other call, which has been waiting longer.
    expect((await take(own.call.id)).state).toEqual(["waiting", "phone_busy"]);
    await over((await take(second.call.id)).attempt);
    expect((await take(own.call.id)).attempt).toBeDefined();
  });

  it("is not waited for any longer once another visitor's call has it", async () => {
    const first = await ask();
    const second = await ask({ target: "support" });
    await over(first.attempt);
    await db.write("test", (transaction) =>
      transaction
        .updateTable("calls")
        .set({ principal: "stranger" })
        .where("id", "=", first.call.id)
        .execute(),
    );
    await db.write("test", (transaction) =>
      transaction.updateTable("calls").set({ status: "dialing" }).where("id", "=", first.call.id).execute(),
    );
    expect((await take(second.call.id)).state).toEqual(["held", "number_under_way"]);
  });

  it("is the same phone on either side of a call", async () => {
    const crm = { officeNumber: OPERATOR, officeIsOperator: true, identity: "op" };
    const first = await ask({ ...crm, principal: "op" });
    expect((await ask({ principal: "else", visitorNumber: OPERATOR })).call.reason).toBe("number_under_way");
    expect((await ask({ ...crm, principal: "op", visitorNumber: "+79000000002" })).call.reason).toBe(
      "phone_busy",
    );
    await over(first.attempt);
    // A sealed office number belongs to a supplier, whose phone may ring for several calls.
    const sealed = { officeNumber: "+79000000404" };
    const calls = [
      await ask({ ...sealed, principal: "a", visitorNumber: "+79000000011" }),
      await ask({ ...sealed, principal: "b", visitorNumber: "+79000000012" }),
    ];
    expect(calls.map(({ attempt }) => attempt !== undefined)).toEqual([true, true]);
  });

  it("is rung for two suppliers of one target one after the other", async () => {
    const first = await ask({ officeNumber: "+79000000404" });
    const second = await ask({ officeNumber: "+79000000405" });
    expect(second.call.id).not.toBe(first.call.id);
    expect(second.call.reason).toBe("phone_busy");
  });

  it("does not ring twice for a call that was scheduled and is then requested at once", async () => {
    const later = await ask({ scheduledFor: inAMinute() });
    clock.advance(60_000);
    await attempts.begin(later.call.id);
    expect((await ask()).call.id).toBe(later.call.id);
  });

  it("does not keep a call that waits for it from an operator's pause", async () => {
    await ask();
    const second = await ask({ target: "support" });
    await pauseCalls(db, ALL_TENANTS, "calls_stopped", clock.now());
    expect((await take(second.call.id)).state).toEqual(["held", "calls_stopped"]);
  });

  it("is rung for one of two calls due at the same moment, even if it is the visitor's in one and the operator's in the other", async () => {
    for (let round = 0; round < 10; round++) {
      const asks = [
        { principal: "stranger", visitorNumber: OPERATOR },
        {
          principal: "operator",
          visitorNumber: "+79000000002",
          officeNumber: OPERATOR,
          officeIsOperator: true,
        },
      ];
      const ids: string[] = [];
      for (const change of asks) ids.push((await ask({ ...change, scheduledFor: inAMinute() })).call.id);
      clock.advance(60_000);
      const begun = await Promise.all(ids.map((id) => attempts.begin(id)));
      const allowed = begun.filter((attempt) => attempt !== undefined);
      expect(allowed).toHaveLength(1);
      await over(allowed[0]);
      for (const id of ids) await attempts.hold(id, "closed");
    }
  });

  // SQLite runs one transaction at a time, so calls cannot become due at the same moment.
  it.runIf(name === "PostgreSQL")(
    "is given to one of the calls that come due at the same moment, and the others are looked at again",
    async () => {
      const ids: string[] = [];
      for (let n = 0; n < 8; n++) {
        ids.push((await ask({ principal: String(n), scheduledFor: inAMinute() })).call.id);
      }
      clock.advance(60_000);
      const begun = await Promise.all(ids.map((id) => attempts.begin(id)));
      expect(begun.filter((attempt) => attempt !== undefined)).toHaveLength(1);
      const others = ids.filter((_, n) => begun[n] === undefined);
      const states = await Promise.all(others.map(async (id) => (await take(id)).state));
      expect(states).toEqual(others.map(() => ["held", "number_under_way"]));
    },
  );
});
