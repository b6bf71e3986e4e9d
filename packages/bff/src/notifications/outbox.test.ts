import { engines } from "@uis-call/testing/databases";
import { TestClock } from "@uis-call/testing/test-clock";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { newCall } from "../calls/call.harness.js";
import { Ledger, type NewCall } from "../calls/ledger.js";
import { type Database, openDatabase } from "../store/database.js";
import { cipher } from "../store/number-cipher.harness.js";
import type { CallRow } from "../store/tables.js";
import { Outbox } from "./outbox.js";

const MINUTE = 60_000;

describe.each(engines)("the outbox on %s", (_name, newUrl) => {
  let db: Database;
  let clock: TestClock;
  let outbox: Outbox;
  let ledger: Ledger;

  beforeEach(async () => {
    db = await openDatabase(await newUrl());
    clock = new TestClock();
    outbox = new Outbox(db, clock);
    ledger = new Ledger(db, cipher, clock, { owner: "me" });
  });
  afterEach(() => db.close());

  /** Stores a call that is a lead at once. */
  async function lead(change: Partial<NewCall> = {}): Promise<CallRow> {
    const keep = () => Promise.resolve({ keep: "limit_reached" as const });
    return (await ledger.accept(newCall({ principal: String(Math.random()), ...change }), false, keep)).call;
  }

  const notes = () => db.query.selectFrom("notifications").selectAll().orderBy("opened_at").execute();
  const take = () => outbox.takeDue(new Map([["acme", 10]]));

  it("has one open note per matter, which counts the requests and tells of the latest", async () => {
    await lead();
    const [first] = await notes();
    clock.advance(MINUTE);
    const second = await lead({ variables: { product: "coffee" } });
    expect(await notes()).toMatchObject([
      { requests: 2, call_id: second.id, occurred_at: second.updated_at },
    ]);
    expect((await notes())[0]?.id).not.toBe(first?.id);
    expect((await take()).map(({ call }) => call.variables)).toEqual(['{"product":"coffee"}']);
    expect(await db.query.selectFrom("calls").select("id").execute()).toHaveLength(2);
  });

  it.each<[string, Partial<NewCall>]>([
    ["number", { visitorNumber: "+79000000002" }],
    ["tenant", { tenant: "careful" }],
    ["target", { target: "support" }],
    ["reference", { reference: "deal-18" }],
    ["supplier", { officeNumber: "+79000000103" }],
  ])("has a note of its own for another %s", async (_what, change) => {
    const one = { reference: "deal-17", officeNumber: "+79000000102" };
    await lead(one);
    await lead({ ...one, ...change });
    expect((await notes()).map(({ requests }) => requests)).toEqual([1, 1]);
  });

  it("opens another note an hour after the first request of an open one, and after a delivery", async () => {
    const first = await lead();
    clock.advance(59 * MINUTE);
    await lead();
    clock.advance(MINUTE);
    const third = await lead();
    await lead();
    expect((await notes()).map(({ requests }) => requests)).toEqual([2, 2]);
    for (const { notification } of await take()) await outbox.delivered(notification.id);
    await lead();
    expect((await notes()).map(({ requests, opened_at }) => [requests, opened_at])).toEqual([
      [2, first.created_at],
      [2, third.created_at],
      [1, third.created_at],
    ]);
  });

  it("keeps a request that joins while the note is being delivered, under another id", async () => {
    await lead();
    const [sent] = await take();
    if (sent === undefined) throw new Error("no note is due");
    const joined = await lead();
    await outbox.delivered(sent.notification.id);
    expect(await take()).toMatchObject([
      { notification: { requests: 2, tries: 1 }, call: { id: joined.id } },
    ]);
    expect(await notes()).toMatchObject([{ delivered_at: null }]);
  });

  it("has one note of forty leads of one matter at the same moment", async () => {
    const calls = await Promise.all(Array.from({ length: 40 }, () => lead()));
    const [note, ...others] = await notes();
    expect([note?.requests, others]).toEqual([40, []]);
    expect(calls.map(({ id }) => id)).toContain(note?.call_id);
  });

  it("gives each note to one of two instances, of each tenant at most its share", async () => {
    for (let n = 0; n < 12; n++) await lead({ visitorNumber: `+7900000020${String(n).padStart(2, "0")}` });
    await lead({ tenant: "careful" });
    expect(await outbox.dueByTenant(["acme", "other"])).toEqual(new Map([["acme", 12]]));
    const shares = new Map([
      ["acme", 5],
      ["careful", 5],
    ]);
    const taken = (await Promise.all([outbox.takeDue(shares), new Outbox(db, clock).takeDue(shares)])).flat();
    taken.push(...(await outbox.takeDue(shares)));
    const ids = taken.map(({ notification }) => notification.id);
    expect(new Set(ids).size).toBe(ids.length);
    expect(taken.filter(({ tenant }) => tenant === "careful")).toHaveLength(1);
    expect(ids.length).toBeGreaterThanOrEqual(11);
  });
});
