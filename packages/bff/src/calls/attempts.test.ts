import { engines } from "@uis-call/testing/databases";
import { TestClock } from "@uis-call/testing/test-clock";
import type { KyselyPlugin } from "kysely";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type Database, openDatabase } from "../store/database.js";
import { withPlugin } from "../store/statements.harness.js";
import { ALL_TENANTS, pauseCalls } from "../store/pauses.js";
import { newCall } from "./call.harness.js";
import { Ledger } from "./ledger.js";
import type { Attempt } from "./attempt.js";
import { Attempts, type AttemptResult } from "./attempts.js";
import { cipher } from "../store/number-cipher.harness.js";

const PLACED: AttemptResult = { status: "placed", reason: null, outcome: "placed", code: null };
const LIMIT: AttemptResult = {
  status: "waiting",
  reason: "service_limit",
  outcome: "wait",
  code: -32004,
  wait: 500,
};

describe.each(engines)("an attempt on %s", (name, newUrl) => {
  let db: Database;
  let clock: TestClock;
  let ledger: Ledger;
  let mine: Attempts;
  let theirs: Attempts;

  beforeEach(async () => {
    db = await openDatabase(await newUrl());
    clock = new TestClock();
    ledger = new Ledger(db, cipher, clock, { owner: "me" });
    mine = new Attempts(db, clock, { owner: "me" });
    theirs = new Attempts(db, clock, { owner: "them" });
  });
  afterEach(() => db.close());

  const accept = async (change = {}) => (await ledger.accept(newCall(change), false)).call;

  async function begun(attempts = mine): Promise<Attempt> {
    const attempt = await attempts.begin((await accept()).id);
    if (attempt === undefined) throw new Error("no attempt");
    return attempt;
  }

  const stateOf = async (id: string) => {
    const { status, reason } = await db.query
      .selectFrom("calls")
      .select(["status", "reason"])
      .where("id", "=", id)
      .executeTakeFirstOrThrow();
    return [status, reason];
  };

  const toldOf = async (id: string) =>
    (
      await db.query
        .selectFrom("notifications")
        .select("status")
        .where("call_id", "=", id)
        .orderBy("occurred_at")
        .execute()
    ).map(({ status }) => status);

  it("is begun once per call, however many requests come", async () => {
    const { id } = await accept();
    const attempts = await Promise.all(
      Array.from({ length: 40 }, (_, n) => (n % 2 === 0 ? mine : theirs).begin(id)),
    );
    expect(attempts.filter((attempt) => attempt !== undefined)).toHaveLength(1);
  });

  it.each<AttemptResult["status"]>(["placed", "failed", "unknown", "held"])(
    "is not begun once a call is %s",
    async (status) => {
      const attempt = await begun();
      await mine.settle(attempt, { ...PLACED, status });
      expect(await mine.begin(attempt.call.id)).toBeUndefined();
    },
  );

  it("is begun again after a wait, under a new attempt id, when the wait is over", async () => {
    const first = await begun();
    await mine.settle(first, LIMIT);
    expect(await mine.takeDue(new Map([["acme", 10]]))).toEqual([]);
    clock.advance(500);
    expect(await mine.takeDue(new Map([["acme", 10]]))).toHaveLength(1);
    const second = await mine.begin(first.call.id);
    expect(second?.id).toBeGreaterThan(first.id);
  });

  it("is not begun after the deadline, and the call is left to a person", async () => {
    const { id } = await accept();
    clock.advance(10 * 60_000);
    expect(await mine.begin(id)).toBeUndefined();
    await mine.holdUndialable(id);
    expect(await stateOf(id)).toEqual(["held", "deadline_passed"]);
    expect(await toldOf(id)).toEqual(["held"]);
  });

  it("is not begun in quarantine, and the call is left to a person", async () => {
    await pauseCalls(db, ALL_TENANTS, "restored", clock.now());
    const { id } = await accept();
    expect(await mine.begin(id)).toBeUndefined();
    await mine.holdUndialable(id);
    expect(await stateOf(id)).toEqual(["held", "restored"]);
  });

  it("that was not sent is taken back when its owner is gone, and its call waits again", async () => {
    const attempt = await begun(theirs);
    expect(await mine.recover(["me"])).toMatchObject([{ id: attempt.call.id, status: "waiting" }]);
    // The owner had only been suspended. It may no longer send its attempt.
    expect(await theirs.confirmSend(attempt, 120)).toBe(false);
    expect(await mine.takeDue(new Map([["acme", 10]]))).toHaveLength(1);
  });

  it("that may have been sent leaves its call unknown when its owner is gone, and no other is begun", async () => {
    const attempt = await begun(theirs);
    expect(await theirs.confirmSend(attempt, 120)).toBe(true);
    await mine.recover(["me"]);
    expect(await stateOf(attempt.call.id)).toEqual(["unknown", "interrupted"]);
    expect(await mine.begin(attempt.call.id)).toBeUndefined();
    expect(await toldOf(attempt.call.id)).toEqual(["unknown"]);
  });

  it("is left alone while its owner runs and has time", async () => {
    const [unused, used] = [await begun(theirs), await begunOther()];
    expect(await mine.recover(["me", "them"])).toEqual([]);
    clock.advance(30_000);
    expect((await mine.recover(["me", "them"])).map(({ id }) => id)).toEqual([unused.call.id]);
    clock.advance(120_000);
    expect((await mine.recover(["me", "them"])).map(({ id }) => id)).toEqual([used.call.id]);
  });

  async function begunOther(): Promise<Attempt> {
    const { call, attempt } = await new Ledger(db, cipher, clock, { owner: "them" }).accept(
      newCall({ visitorNumber: "+79000000002" }),
      true,
    );
    if (attempt === undefined) throw new Error(`no attempt: ${call.status}`);
    await theirs.confirmSend(attempt, 120);
    return attempt;
  }

  it("is not begun for a new call that is prohibited", async () => {
    await pauseCalls(db, ALL_TENANTS, "restored", clock.now());
    const { call, attempt } = await ledger.accept(newCall(), true);
    expect([call.status, call.reason, attempt]).toEqual(["held", "restored", undefined]);
    expect(await toldOf(call.id)).toEqual(["held"]);
  });

  it("is either taken back or sent, never both", async () => {
    for (let round = 0; round < 20; round++) {
      const attempt = await begun(theirs);
      const [may, recovered] = await Promise.all([theirs.confirmSend(attempt, 120), mine.recover(["me"])]);
      expect(recovered).toMatchObject([{ status: may ? "unknown" : "waiting" }]);
      await mine.hold(attempt.call.id, "deadline_passed");
    }
  });

  // SQLite runs one transaction at a time, so no other instance can interfere.
  it.runIf(name === "PostgreSQL").each<[string, boolean]>([
    ["never sent", false],
    ["sent", true],
  ])("that was %s is recovered alone, and not the next one, begun meanwhile", async (_what, used) => {
    const [first, second] = [await begun(theirs), await begunOther()];
    if (used) await theirs.confirmSend(first, 120);
    let next: Attempt | undefined;
    const slow = new Attempts(
      between(db, async () => {
        await theirs.settle(first, LIMIT);
        next = await theirs.begin(first.call.id);
      }),
      clock,
      { owner: "slow" },
    );
    expect((await slow.recover(["slow"])).map(({ id }) => id)).toEqual([second.call.id]);
    expect(next?.call.attempts).toBe(2);
    expect(await stateOf(first.call.id)).toEqual(["dialing", null]);
    expect(next && (await theirs.confirmSend(next, 120))).toBe(true);
  });

  it.each<[string, AttemptResult, string]>([
    ["placed", PLACED, "placed"],
    ["failed", { ...PLACED, status: "failed", reason: "not_connected" }, "failed"],
    ["waiting", LIMIT, "failed"],
  ])(
    "settled late as %s corrects an unknown call, which is not dialled again",
    async (_what, result, status) => {
      const attempt = await begun(theirs);
      await theirs.confirmSend(attempt, 120);
      await mine.recover(["me"]);
      clock.advance(1);
      await theirs.settle(attempt, result);
      expect((await stateOf(attempt.call.id))[0]).toBe(status);
      expect(await mine.begin(attempt.call.id)).toBeUndefined();
      expect(await toldOf(attempt.call.id)).toEqual(["unknown", status]);
    },
  );

  it("settled again after a reported failure returns the call as stored", async () => {
    const attempt = await begun();
    await mine.settle(attempt, PLACED);
    expect(await mine.settle(attempt, PLACED)).toMatchObject({ id: attempt.call.id, status: "placed" });
  });

  it("settled late does not touch a later attempt", async () => {
    const first = await begun(theirs);
    await mine.recover(["me"]);
    const second = await mine.begin(first.call.id);
    await theirs.settle(first, { ...PLACED, status: "failed" });
    expect(await stateOf(first.call.id)).toEqual(["dialing", null]);
    await mine.settle(second ?? first, PLACED);
    expect(await stateOf(first.call.id)).toEqual(["placed", null]);
  });

  it("is taken by one instance only, when several look at once", async () => {
    for (let n = 0; n < 20; n++) await accept({ visitorNumber: `+790000001${String(n).padStart(2, "0")}` });
    clock.advance(60_000);
    const taken = (
      await Promise.all([mine.takeDue(new Map([["acme", 20]])), theirs.takeDue(new Map([["acme", 20]]))])
    ).flat();
    expect(taken).toHaveLength(20);
    expect(new Set(taken.map(({ id }) => id)).size).toBe(20);
  });
});

/** Wraps a database so that `happens` runs once, in the middle of the first transaction. */
function between(db: Database, happens: () => Promise<void>): Database {
  let happened: Promise<void> | undefined;
  const plugin: KyselyPlugin = {
    transformQuery: ({ node }) => node,
    async transformResult({ result }) {
      await (happened ??= happens());
      return result;
    },
  };
  return withPlugin(db, plugin);
}
