import { randomUUID } from "node:crypto";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { TestClock } from "../clock.harness.js";
import { type Database, openDatabase } from "../store/database.js";
import { CallFeed } from "./call-feed.js";
import { Ledger, type NewCall } from "./ledger.js";

const REQUEST: NewCall = {
  tenant: "acme",
  principal: "somebody",
  idempotencyKey: "3f6c1a52-0000-4000-8000-000000000001",
  target: "sales",
  visitorNumber: "+79000000001",
  locale: "en",
  variables: { a: "1", b: "2" },
  page: null,
  consentText: null,
};

const PLACED = { status: "placed", reason: null, outcome: "placed", code: null } as const;

describe("the ledger", () => {
  let db: Database;
  let clock: TestClock;
  let feed: CallFeed;
  let ledger: Ledger;

  beforeEach(async () => {
    db = await openDatabase("sqlite::memory:");
    clock = new TestClock();
    feed = new CallFeed();
    ledger = new Ledger(db, clock, feed);
  });
  afterEach(() => db.destroy());

  const statusOf = async (id: string) =>
    db.selectFrom("calls").select(["status", "reason"]).where("id", "=", id).executeTakeFirstOrThrow();

  it("makes one call of a hundred simultaneous repeats of one key", async () => {
    const answers = await Promise.all(Array.from({ length: 100 }, () => ledger.accept(REQUEST)));
    expect(new Set(answers.map(({ call }) => call.id)).size).toBe(1);
    expect(answers.filter(({ replayed }) => !replayed)).toHaveLength(1);
  });

  it("takes a repeat for the same whatever the order of its variables", async () => {
    await ledger.accept(REQUEST);
    const { replayed } = await ledger.accept({ ...REQUEST, variables: { b: "2", a: "1" } });
    expect(replayed).toBe(true);
  });

  it("refuses the key for another request", async () => {
    await ledger.accept(REQUEST);
    await expect(ledger.accept({ ...REQUEST, visitorNumber: "+79000000002" })).rejects.toMatchObject({
      code: "idempotency_conflict",
    });
  });

  it("keeps keys of different owners and tenants apart", async () => {
    const mine = await ledger.accept(REQUEST);
    const theirs = await ledger.accept({ ...REQUEST, principal: "somebody else" });
    const elsewhere = await ledger.accept({ ...REQUEST, tenant: "other" });
    expect(new Set([mine, theirs, elsewhere].map(({ call }) => call.id)).size).toBe(3);
    expect(await ledger.find("acme", "somebody else", mine.call.id)).toBeUndefined();
    expect(await ledger.find("other", "somebody", mine.call.id)).toBeUndefined();
  });

  it("grants one permit per call, however many ask", async () => {
    const { call } = await ledger.accept(REQUEST);
    const permits = await Promise.all(Array.from({ length: 20 }, () => ledger.permit(call.id)));
    expect(permits.filter((permit) => permit !== undefined)).toHaveLength(1);
  });

  it.each(["placed", "failed", "unknown"] as const)("grants no permit once a call is %s", async (status) => {
    const { call } = await ledger.accept(REQUEST);
    const permit = await ledger.permit(call.id);
    await ledger.settle(call.id, permit?.attempt ?? 0, { ...PLACED, status });
    expect(await ledger.permit(call.id)).toBeUndefined();
  });

  it("grants another permit after a wait, under a new attempt id", async () => {
    const { call } = await ledger.accept(REQUEST);
    const first = await ledger.permit(call.id);
    await ledger.settle(call.id, first?.attempt ?? 0, {
      status: "waiting",
      reason: "service_limit",
      outcome: "wait",
      code: -32004,
    });
    const second = await ledger.permit(call.id);
    expect(second?.attempt).toBeGreaterThan(first?.attempt ?? Infinity);
  });

  it("grants none after the deadline, and leaves the call to a person", async () => {
    const { call } = await ledger.accept(REQUEST);
    clock.advance(10 * 60_000);
    expect(await ledger.permit(call.id)).toBeUndefined();
    await ledger.holdOverdue(call.id);
    expect(await statusOf(call.id)).toEqual({ status: "held", reason: "deadline_passed" });
  });

  it("does not hold a call that is being dialled", async () => {
    const { call } = await ledger.accept(REQUEST);
    await ledger.permit(call.id);
    clock.advance(10 * 60_000);
    await ledger.holdOverdue(call.id);
    expect(await statusOf(call.id)).toMatchObject({ status: "dialing" });
  });

  it("after a restart, gives back what was never sent and never what may have been", async () => {
    const waiting = await ledger.accept(REQUEST);
    const sent = await ledger.accept({ ...REQUEST, idempotencyKey: randomUUID() });
    await ledger.permit(sent.call.id);
    expect(await new Ledger(db, clock, new CallFeed()).recover()).toEqual([
      { id: waiting.call.id, tenant: "acme" },
    ]);
    expect(await statusOf(sent.call.id)).toEqual({ status: "unknown", reason: "interrupted" });
  });

  it("tells those who follow a call each change of it", async () => {
    const { call } = await ledger.accept(REQUEST);
    const seen: string[] = [];
    feed.subscribe(call.id, ({ status }) => seen.push(status));
    const permit = await ledger.permit(call.id);
    await ledger.settle(call.id, permit?.attempt ?? 0, PLACED);
    expect(seen).toEqual(["dialing", "placed"]);
  });
});
