import { randomBytes, randomUUID } from "node:crypto";
import { SCANNED } from "@uis-call/testing/acme";
import { engines } from "@uis-call/testing/databases";
import { startTestBff, type TestBff, type TestBffOptions } from "@uis-call/testing/test-bff";
import { TestClock } from "@uis-call/testing/test-clock";
import type { Visitor } from "@uis-call/testing/visitor";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createIdentityToken, sealNumber } from "./tokens.js";

const CALL = { target: "sales", phone: "8 900 000-00-01" };
const OFFICE = 'hours: { timeZone: Europe/Moscow, weekly: { mon-fri: "09:00-18:00" } }';
const NIGHT = 'night: { title: Night, office: "+79000000101", hours: always }';
const HOUR = 60 * 60_000;
const sessionSecret = randomBytes(32).toString("hex");

describe.each(engines)("working hours on %s", (_name, newUrl) => {
  let clock: TestClock;
  let databaseUrl: string;
  const running: TestBff[] = [];

  beforeEach(async () => {
    // The clock starts on a Monday at noon in Moscow.
    clock = new TestClock();
    databaseUrl = await newUrl();
  });
  afterEach(async () => {
    for (const bff of running.splice(0)) await bff.stop();
  });

  async function start(tenant = OFFICE, more: TestBffOptions = {}): Promise<TestBff> {
    const bff = await startTestBff({ databaseUrl, sessionSecret, clock, tenant, ...more });
    bff.uis.exchange.settings.answersWhen = "accepted";
    running.push(bff);
    return bff;
  }

  /** Restarts the backend with another configuration. */
  async function restart(tenant: string): Promise<TestBff> {
    await running.pop()?.stop();
    return start(tenant);
  }

  async function visitorOf(bff: TestBff): Promise<Visitor> {
    const visitor = bff.visitor();
    await visitor.open();
    return visitor;
  }

  const until = (time: string) => clock.advance(Date.parse(time) - clock.now().getTime());

  /** Advances the clock in steps until the status and reason of the call are as expected. */
  const settled = (bff: TestBff, id: string, step = 1000) =>
    expect.poll(async () => {
      clock.advance(step);
      const row = await bff.database.query
        .selectFrom("calls")
        .select(["status", "reason"])
        .where("id", "=", id)
        .executeTakeFirstOrThrow();
      return [row.status, row.reason];
    });

  const placed = (bff: TestBff) => bff.uis.received("place_calls").length;

  it("come with the session: open or not, next opening, and times to choose from", async () => {
    const bff = await start(OFFICE, { targets: NIGHT });
    const { body } = await bff.visitor().open();
    const [sales, , night] = body.targets;
    expect(sales).toMatchObject({ open: true, hours: { timeZone: "Europe/Moscow" } });
    expect(sales?.opensAt).toBeUndefined();
    expect(sales?.hours?.times.slice(0, 2)).toEqual([
      { from: "2026-11-23T09:00:00.000Z", to: "2026-11-23T15:00:00.000Z" },
      { from: "2026-11-24T06:00:00.000Z", to: "2026-11-24T15:00:00.000Z" },
    ]);
    expect(night).toMatchObject({ id: "night", open: true });
    expect(night?.hours).toBeUndefined();
    until("2026-11-27T20:00:00Z");
    const later = await bff.visitor().open();
    expect(later.body.targets[0]).toMatchObject({ open: false, opensAt: "2026-11-30T06:00:00.000Z" });
    // The page offers times by this clock, not by the visitor's.
    expect(later.body.now).toBe("2026-11-27T20:00:00.000Z");
  });

  it("have a call placed while they last", async () => {
    const bff = await start();
    const visitor = await visitorOf(bff);
    expect((await visitor.call(CALL)).body.status).toBe("placed");
  });

  it("refuse a call outside them, and say when they begin; nothing is dialled", async () => {
    const bff = await start();
    const visitor = await visitorOf(bff);
    until("2026-11-23T15:00:00Z");
    await visitor.open();
    const { status, body } = await visitor.call(CALL);
    expect([status, body]).toEqual([
      422,
      expect.objectContaining({ code: "closed", at: "at", opensAt: "2026-11-24T06:00:00.000Z" }),
    ]);
    expect(placed(bff)).toBe(0);
  });

  it("do not keep a repeat from its answer", async () => {
    const bff = await start();
    until("2026-11-23T14:59:59Z");
    const visitor = await visitorOf(bff);
    const headers = { "idempotency-key": randomUUID() };
    const { body } = await visitor.call(CALL, headers);
    clock.advance(2000);
    const again = await visitor.call(CALL, headers);
    expect([again.body.id, again.body.status]).toEqual([body.id, "placed"]);
    expect((await visitor.call(CALL)).body.code).toBe("closed");
    expect(placed(bff)).toBe(1);
  });

  it("take a time within them, and call then; no time outside them", async () => {
    const bff = await start();
    until("2026-11-23T20:00:00Z");
    const visitor = await visitorOf(bff);
    const outside = await visitor.call({ ...CALL, at: "2026-11-24T05:59:00Z" });
    expect([outside.status, outside.body.code]).toEqual([422, "closed"]);
    const { status, body } = await visitor.call({ ...CALL, at: "2026-11-24T06:00:00Z" });
    expect([status, body.status]).toEqual([202, "scheduled"]);
    until("2026-11-24T05:59:58Z");
    await settled(bff, body.id, 0).toEqual(["scheduled", null]);
    until("2026-11-24T06:00:01Z");
    await settled(bff, body.id).toEqual(["placed", null]);
    expect(placed(bff)).toBe(1);
  });

  it("are checked again when the call is due: a holiday added since leaves it to a person", async () => {
    const visitor = await visitorOf(await start());
    const { body } = await visitor.call({ ...CALL, at: "2026-11-24T06:00:00Z" });
    const bff = await restart(OFFICE.replace(" } }", ' }, holidays: ["2026-11-24"] }'));
    until("2026-11-24T06:00:01Z");
    await settled(bff, body.id).toEqual(["held", "closed"]);
    expect(placed(bff)).toBe(0);
    const handed = await bff.database.query.selectFrom("notifications").select("call_id").execute();
    expect(handed).toEqual([{ call_id: body.id }]);
  });

  it("that were moved a little later make the call wait", async () => {
    const visitor = await visitorOf(await start());
    const { body } = await visitor.call({ ...CALL, at: "2026-11-24T06:00:00Z" });
    const bff = await restart(OFFICE.replace("09:00", "09:05"));
    until("2026-11-24T06:00:01Z");
    await expect
      .poll(async () => {
        clock.advance(1000);
        return (await bff.database.query.selectFrom("calls").select("due_at").executeTakeFirst())?.due_at;
      })
      .toBe("2026-11-24T06:05:00.000Z");
    expect(placed(bff)).toBe(0);
    until("2026-11-24T06:05:00Z");
    await settled(bff, body.id).toEqual(["placed", null]);
  });

  it("end for a call that waits for UIS, too: a closed office is not rung", async () => {
    // No server listens on this port.
    const bff = await start(OFFICE, { uisUrl: "http://127.0.0.1:9/v1" });
    until("2026-11-23T14:59:30Z");
    const visitor = await visitorOf(bff);
    const { body } = await visitor.call(CALL);
    await settled(bff, body.id, 5000).toEqual(["held", "closed"]);
  });

  it("respect the visitor's night: no time is accepted in quiet hours at the browser's place", async () => {
    const bff = await start("");
    const visitor = await visitorOf(bff);
    const call = (at: string, timeZone?: string) =>
      visitor.call({ ...CALL, at, ...(timeZone !== undefined && { timeZone }) });
    const night = await call("2026-11-23T12:00:00Z", "Asia/Vladivostok");
    expect([night.status, night.body.code, night.body.at]).toEqual([422, "quiet_hours", "at"]);
    const nowhere = await call("2026-11-23T12:00:00Z", "Nowhere/At-All");
    expect([nowhere.status, nowhere.body.code, nowhere.body.at]).toEqual([
      422,
      "invalid_request",
      "timeZone",
    ]);
    expect((await call("2026-11-23T12:00:00Z", "Europe/Moscow")).body.status).toBe("scheduled");
  });

  it("respect the tenant's night, too: a browser that says nothing, or another place, opens nothing", async () => {
    const bff = await start("");
    const visitor = await visitorOf(bff);
    // 22:00 in Moscow, 14:00 in New York
    const at = "2026-11-23T19:00:00Z";
    for (const timeZone of [undefined, "America/New_York", "Europe/Moscow"]) {
      const { body } = await visitor.call({ ...CALL, at, ...(timeZone !== undefined && { timeZone }) });
      expect(body.code).toBe("quiet_hours");
    }
    const abroad = await restart("timeZone: America/New_York");
    expect((await (await visitorOf(abroad)).call({ ...CALL, at })).body.status).toBe("scheduled");
  });

  it("respect the night of a sealed number or an identified user at the place that the token names", async () => {
    const keys = ["sealing: { key: { env: SEALING_KEY } }", "identity: { secret: { env: IDENTITY_SECRET } }"];
    const bff = await start(keys.join("\n    "), {
      targets: `customer: { title: C, office: "+79000000103", visitor: sealed }
      own: { title: O, office: "+79000000103", visitor: identity }`,
    });
    const at = "2026-11-23T19:00:00Z";
    for (const [timeZone, code] of [
      [undefined, "quiet_hours"],
      ["Asia/Vladivostok", "quiet_hours"],
      ["America/New_York", undefined],
    ] as const) {
      const zone = timeZone === undefined ? {} : { timeZone };
      const phone = "+79000000001";
      const visitor = bff.visitor();
      const claims = { tenant: "acme", sub: "u-1", phone, ...zone };
      await visitor.open("acme", {}, await createIdentityToken(claims, SCANNED.identitySecret, clock.now()));
      const contents = { tenant: "acme", target: "customer", phone, ...zone };
      const sealedNumber = await sealNumber(contents, SCANNED.sealingKey, clock.now());
      const sealed = { target: "customer", sealedNumber, at, reference: String(timeZone) };
      expect((await visitor.call(sealed)).body.code).toBe(code);
      // The browser of an operator says nothing about the customer's night.
      expect((await visitor.call({ ...sealed, timeZone: "America/New_York" })).body.code).toBe(code);
      expect((await visitor.call({ target: "own", at, reference: String(timeZone) })).body.code).toBe(code);
    }
  });

  it("leave no time to choose from that would be refused for the night of the tenant or of the user", async () => {
    const identity = "identity: { secret: { env: IDENTITY_SECRET } }";
    const always = 'hours: { timeZone: Europe/Moscow, weekly: { mon-sun: "00:00-24:00" } }';
    const bff = await start([identity, always].join("\n    "), {
      targets: `own: { title: O, office: "+79000000103", visitor: identity }`,
    });
    const visitor = bff.visitor();
    const claims = { tenant: "acme", sub: "u-1", phone: "+79000000001", timeZone: "Asia/Vladivostok" };
    const token = await createIdentityToken(claims, SCANNED.identitySecret, clock.now());
    const { targets } = (await visitor.open("acme", {}, token)).body;
    const hoursOf = (id: string) => targets.find((target) => target.id === id)?.hours;
    // 08:00-21:00 in Moscow, and in Vladivostok
    const wanted = { sales: ["05:00", "18:00"], own: ["22:00", "11:00"] };
    for (const [id, [from, to]] of Object.entries(wanted)) {
      const times = hoursOf(id)?.times.slice(1, -1) ?? [];
      expect(times).toHaveLength(8);
      for (const time of times)
        expect([time.from.slice(11, 16), time.to.slice(11, 16)], id).toEqual([from, to]);
      const { body } = await visitor.call({
        ...(id === "sales" ? CALL : { target: id, reference: "other" }),
        at: times[0]?.from,
      });
      expect([id, body.status]).toEqual([id, "scheduled"]);
    }
    // The browser adds its own night only where the visitor types the number.
    expect([hoursOf("sales")?.quiet, hoursOf("own")?.quiet]).toEqual(["21:00-08:00", undefined]);
  });

  it("allow immediate calls at night", async () => {
    const bff = await start("");
    const visitor = await visitorOf(bff);
    const { body } = await visitor.call({ ...CALL, timeZone: "America/New_York" });
    expect(body.status).toBe("placed");
  });

  it("of one target do not hold up calls to others", async () => {
    const bff = await start(OFFICE, { targets: NIGHT });
    clock.advance(10 * HOUR);
    const visitor = await visitorOf(bff);
    expect((await visitor.call({ ...CALL, target: "night" })).body.status).toBe("placed");
  });
});
