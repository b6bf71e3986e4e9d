import { engines } from "@uis-call/testing/databases";
import { TestClock } from "@uis-call/testing/test-clock";
import type { KyselyPlugin } from "kysely";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type Database, openDatabase } from "../store/database.js";
import { withPlugin } from "../store/statements.harness.js";
import { EVERYBODY, stopCalls } from "../store/stops.js";
import { newCall } from "./call.harness.js";
import { Ledger } from "./ledger.js";
import type { Permit } from "./permit.js";
import { Permits, type Verdict } from "./permits.js";
import { vault } from "../store/number-vault.harness.js";

const PLACED: Verdict = { status: "placed", reason: null, outcome: "placed", code: null };
const LIMIT: Verdict = {
  status: "waiting",
  reason: "service_limit",
  outcome: "wait",
  code: -32004,
  wait: 500,
};

describe.each(engines)("a permit on %s", (name, newUrl) => {
  let db: Database;
  let clock: TestClock;
  let ledger: Ledger;
  let mine: Permits;
  let theirs: Permits;

  beforeEach(async () => {
    db = await openDatabase(await newUrl());
    clock = new TestClock();
    ledger = new Ledger(db, vault, clock, { owner: "me" });
    mine = new Permits(db, clock, { owner: "me" });
    theirs = new Permits(db, clock, { owner: "them" });
  });
  afterEach(() => db.close());

  const accept = async (change = {}) => (await ledger.accept(newCall(change), false)).call;

  async function granted(permits = mine): Promise<Permit> {
    const permit = await permits.grant((await accept()).id);
    if (permit === undefined) throw new Error("no permit");
    return permit;
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
        .selectFrom("handovers")
        .select("status")
        .where("call_id", "=", id)
        .orderBy("occurred_at")
        .execute()
    ).map(({ status }) => status);

  it("is granted once per call, however many ask", async () => {
    const { id } = await accept();
    const permits = await Promise.all(
      Array.from({ length: 40 }, (_, n) => (n % 2 === 0 ? mine : theirs).grant(id)),
    );
    expect(permits.filter((permit) => permit !== undefined)).toHaveLength(1);
  });

  it.each<Verdict["status"]>(["placed", "failed", "unknown", "held"])(
    "is not granted once a call is %s",
    async (status) => {
      const permit = await granted();
      await mine.settle(permit, { ...PLACED, status });
      expect(await mine.grant(permit.call.id)).toBeUndefined();
    },
  );

  it("is granted again after a wait, under a new attempt id, when the wait is over", async () => {
    const first = await granted();
    await mine.settle(first, LIMIT);
    expect(await mine.takeDue(10)).toEqual([]);
    clock.advance(500);
    expect(await mine.takeDue(10)).toHaveLength(1);
    const second = await mine.grant(first.call.id);
    expect(second?.attempt).toBeGreaterThan(first.attempt);
  });

  it("is not granted after the deadline, and the call is left to a person", async () => {
    const { id } = await accept();
    clock.advance(10 * 60_000);
    expect(await mine.grant(id)).toBeUndefined();
    await mine.holdUndialable(id);
    expect(await stateOf(id)).toEqual(["held", "deadline_passed"]);
    expect(await toldOf(id)).toEqual(["held"]);
  });

  it("is not granted in quarantine, and the call is left to a person", async () => {
    await stopCalls(db, EVERYBODY, "restored", clock.now());
    const { id } = await accept();
    expect(await mine.grant(id)).toBeUndefined();
    await mine.holdUndialable(id);
    expect(await stateOf(id)).toEqual(["held", "restored"]);
  });

  it("that nobody has used is taken back when its holder is gone, and its call waits again", async () => {
    const permit = await granted(theirs);
    expect(await mine.recover(["me"])).toMatchObject([{ id: permit.call.id, status: "waiting" }]);
    // The holder was only asleep: what it holds is worth nothing now.
    expect(await theirs.connected(permit, 120)).toBe(false);
    expect(await mine.takeDue(10)).toHaveLength(1);
  });

  it("that may have been used leaves its call unknown when its holder is gone, and is not granted again", async () => {
    const permit = await granted(theirs);
    expect(await theirs.connected(permit, 120)).toBe(true);
    await mine.recover(["me"]);
    expect(await stateOf(permit.call.id)).toEqual(["unknown", "interrupted"]);
    expect(await mine.grant(permit.call.id)).toBeUndefined();
    expect(await toldOf(permit.call.id)).toEqual(["unknown"]);
  });

  it("is left alone while its holder lives and has time", async () => {
    const [unused, used] = [await granted(theirs), await grantedOther()];
    expect(await mine.recover(["me", "them"])).toEqual([]);
    clock.advance(30_000);
    expect((await mine.recover(["me", "them"])).map(({ id }) => id)).toEqual([unused.call.id]);
    clock.advance(120_000);
    expect((await mine.recover(["me", "them"])).map(({ id }) => id)).toEqual([used.call.id]);
  });

  async function grantedOther(): Promise<Permit> {
    const { call, permit } = await new Ledger(db, vault, clock, { owner: "them" }).accept(
      newCall({ visitorNumber: "+79000000002" }),
      true,
    );
    if (permit === undefined) throw new Error(`no permit: ${call.status}`);
    await theirs.connected(permit, 120);
    return permit;
  }

  it("is granted to no new call that is forbidden", async () => {
    await stopCalls(db, EVERYBODY, "restored", clock.now());
    const { call, permit } = await ledger.accept(newCall(), true);
    expect([call.status, call.reason, permit]).toEqual(["held", "restored", undefined]);
    expect(await toldOf(call.id)).toEqual(["held"]);
  });

  it("lets exactly one of taking back and using win", async () => {
    for (let round = 0; round < 20; round++) {
      const permit = await granted(theirs);
      const [may, recovered] = await Promise.all([theirs.connected(permit, 120), mine.recover(["me"])]);
      expect(recovered).toMatchObject([{ status: may ? "unknown" : "waiting" }]);
      await mine.hold(permit.call.id, "deadline_passed");
    }
  });

  // SQLite has one transaction at a time, which nothing can come between.
  it.runIf(name === "PostgreSQL").each<[string, boolean]>([
    ["never used", false],
    ["used", true],
  ])("that was %s is looked after alone: not the next one, granted meanwhile", async (_what, used) => {
    const [first, second] = [await granted(theirs), await grantedOther()];
    if (used) await theirs.connected(first, 120);
    let next: Permit | undefined;
    const slow = new Permits(
      between(db, async () => {
        await theirs.settle(first, LIMIT);
        next = await theirs.grant(first.call.id);
      }),
      clock,
      { owner: "slow" },
    );
    expect((await slow.recover(["slow"])).map(({ id }) => id)).toEqual([second.call.id]);
    expect(next?.call.attempts).toBe(2);
    expect(await stateOf(first.call.id)).toEqual(["dialing", null]);
    expect(next && (await theirs.connected(next, 120))).toBe(true);
  });

  it.each<[string, Verdict, string]>([
    ["placed", PLACED, "placed"],
    ["failed", { ...PLACED, status: "failed", reason: "not_connected" }, "failed"],
    ["waiting", LIMIT, "failed"],
  ])(
    "settled late as %s says so of an unknown call, which is not dialled again",
    async (_what, verdict, status) => {
      const permit = await granted(theirs);
      await theirs.connected(permit, 120);
      await mine.recover(["me"]);
      clock.advance(1);
      await theirs.settle(permit, verdict);
      expect((await stateOf(permit.call.id))[0]).toBe(status);
      expect(await mine.grant(permit.call.id)).toBeUndefined();
      expect(await toldOf(permit.call.id)).toEqual(["unknown", status]);
    },
  );

  it("settled once more, since the first time was said to have failed, says what the call is", async () => {
    const permit = await granted();
    await mine.settle(permit, PLACED);
    expect(await mine.settle(permit, PLACED)).toMatchObject({ id: permit.call.id, status: "placed" });
  });

  it("settled late does not touch a later attempt", async () => {
    const first = await granted(theirs);
    await mine.recover(["me"]);
    const second = await mine.grant(first.call.id);
    await theirs.settle(first, { ...PLACED, status: "failed" });
    expect(await stateOf(first.call.id)).toEqual(["dialing", null]);
    await mine.settle(second ?? first, PLACED);
    expect(await stateOf(first.call.id)).toEqual(["placed", null]);
  });

  it("is taken up by one instance only, when several look at once", async () => {
    for (let n = 0; n < 20; n++) await accept({ visitorNumber: `+790000001${String(n).padStart(2, "0")}` });
    clock.advance(60_000);
    const taken = (await Promise.all([mine.takeDue(20), theirs.takeDue(20)])).flat();
    expect(taken).toHaveLength(20);
    expect(new Set(taken.map(({ id }) => id)).size).toBe(20);
  });
});

/** The same database, in which something happens once while a transaction is under way. */
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
