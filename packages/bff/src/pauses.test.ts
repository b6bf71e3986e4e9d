import { engines } from "@uis-call/testing/databases";
import { startTestBff, type TestBff } from "@uis-call/testing/test-bff";
import type { Visitor } from "@uis-call/testing/visitor";
import { afterEach, describe, expect, it } from "vitest";
import { openExisting } from "./store/database.js";
import { ALL_TENANTS, pauseCalls, resumeCalls } from "./store/pauses.js";

const callOf = (last: number) => ({ target: "sales", phone: `8 900 000-00-${String(last)}`, consent: true });
const NOW = new Date("2026-11-23T09:00:00.000Z");

const running: TestBff[] = [];
afterEach(async () => {
  for (const bff of running.splice(0)) await bff.stop();
});

async function visitorOf(bff: TestBff, tenant: string): Promise<Visitor> {
  const visitor = bff.visitor();
  visitor.headers = { origin: `https://${tenant}.example` };
  await visitor.open(tenant);
  return visitor;
}

const placed = (bff: TestBff) => bff.uis.received("place_calls").length;

describe.each(engines)("an operator's pause of a running backend on %s", (_name, newUrl) => {
  async function start() {
    const databaseUrl = await newUrl();
    const bff = await startTestBff({ databaseUrl, tenant: "limits: none" });
    running.push(bff);
    bff.uis.exchange.change({ answersWhen: "accepted" });
    const [acme, careful] = [await visitorOf(bff, "acme"), await visitorOf(bff, "careful")];
    /** Runs `work` on a separate connection, as the command does. */
    const asOperator = async (work: (db: Awaited<ReturnType<typeof openExisting>>) => Promise<unknown>) => {
      const db = await openExisting(databaseUrl);
      await work(db).finally(() => db.close());
    };
    return { bff, acme, careful, asOperator };
  }

  it("of all tenants stops dialling at the next call, holds each call for a person, and is shown", async () => {
    const { bff, acme, careful, asOperator } = await start();
    await asOperator((db) => pauseCalls(db, ALL_TENANTS, "calls_stopped", NOW));
    const calls = [await acme.call(callOf(11)), await careful.call(callOf(12))];
    for (const { status, body } of calls) {
      expect([status, body.status, body.reason]).toEqual([201, "held", "calls_stopped"]);
    }
    const told = await bff.database.query.selectFrom("notifications").select(["call_id", "reason"]).execute();
    expect(told).toEqual(calls.map(({ body }) => ({ call_id: body.id, reason: "calls_stopped" })));
    const ready = await acme.send("GET", "/health/ready");
    expect([ready.status, ready.body]).toEqual([
      200,
      { status: "ok", halted: [{ since: NOW.toISOString(), reason: "calls_stopped" }] },
    ]);
    expect(placed(bff)).toBe(0);
    await asOperator((db) => resumeCalls(db, ALL_TENANTS, "calls_stopped"));
    expect((await acme.call(callOf(13))).body.status).not.toBe("held");
    expect(placed(bff)).toBe(1);
  });

  it("is logged once when it begins and once when it is lifted", async () => {
    const { bff, asOperator } = await start();
    const told = (text: string) =>
      bff
        .logged()
        .split("\n")
        .filter((line) => line.includes(text));
    await asOperator((db) => pauseCalls(db, "acme", "calls_stopped", NOW));
    await expect.poll(() => told("the tenant's calls are paused"), { timeout: 20_000 }).toHaveLength(1);
    await asOperator((db) => resumeCalls(db, "acme", "calls_stopped"));
    await expect.poll(() => told("a pause is lifted"), { timeout: 20_000 }).toHaveLength(1);
    expect(told("a pause is lifted")[0]).toContain('"tenant":"acme"');
    expect(told("the tenant's calls are paused")).toHaveLength(1);
  });

  it("of one tenant leaves the others alone", async () => {
    const { bff, acme, careful, asOperator } = await start();
    await asOperator((db) => pauseCalls(db, "acme", "calls_stopped", NOW));
    expect((await acme.call(callOf(11))).body.reason).toBe("calls_stopped");
    expect((await careful.call(callOf(12))).body.reason).toBeUndefined();
    expect((await acme.send("GET", "/health/ready")).body).toEqual({
      status: "ok",
      halted: [{ tenant: "acme", since: NOW.toISOString(), reason: "calls_stopped" }],
    });
    expect(placed(bff)).toBe(1);
  });

  it("is shown on the operator's own network only", async () => {
    const { acme, asOperator } = await start();
    await asOperator((db) => pauseCalls(db, "careful", "calls_stopped", NOW));
    const asked = async (ip: string) =>
      (await acme.send("GET", "/health/ready", undefined, { "x-forwarded-for": ip })).body;
    for (const ip of ["203.0.113.7", "2001:db8::1", "::ffff:203.0.113.7", "100.64.0.1", "unknown"]) {
      expect(await asked(ip)).toEqual({ status: "ok" });
    }
    for (const ip of ["10.1.2.3", "fd00::1", "::ffff:192.168.0.1"]) {
      expect(await asked(ip)).toHaveProperty("halted");
    }
  });

  it("leaves waiting calls to people within a second", async () => {
    const { bff, acme, asOperator } = await start();
    await bff.uis.stop();
    const { body } = await acme.call(callOf(11));
    expect(body.status).toBe("waiting");
    await asOperator((db) => pauseCalls(db, "acme", "calls_stopped", NOW));
    // Makes the call due, because a pause applies to the next attempt.
    await bff.database.write("test", (transaction) =>
      transaction.updateTable("calls").set({ due_at: NOW.toISOString() }).execute(),
    );
    const began = Date.now();
    expect((await acme.until(body.id, "held")).reason).toBe("calls_stopped");
    expect(Date.now() - began).toBeLessThan(1000);
    expect(placed(bff)).toBe(0);
  });

  it("leaves a call to people whose attempt waits for UIS's token", async () => {
    const { bff, acme, asOperator } = await start();
    let answer: () => void = () => undefined;
    const asked = new Promise<void>((resolve) => {
      bff.uis.beforeAnswer = async ({ method }) => {
        if (method !== "authenticate") return;
        resolve();
        await new Promise<void>((go) => (answer = go));
      };
    });
    const calling = acme.call(callOf(11));
    await asked;
    await asOperator((db) => pauseCalls(db, "acme", "calls_stopped", NOW));
    answer();
    const { body } = await calling;
    expect((await acme.until(body.id, "held")).reason).toBe("calls_stopped");
    expect(placed(bff)).toBe(0);
  });

  it("and quarantine each go on when the other ends, and quarantine is the reason shown", async () => {
    const { bff, acme, asOperator } = await start();
    await asOperator(async (db) => {
      await pauseCalls(db, ALL_TENANTS, "calls_stopped", NOW);
      await pauseCalls(db, ALL_TENANTS, "restored", NOW);
      await pauseCalls(db, ALL_TENANTS, "restored", new Date());
    });
    expect((await acme.call(callOf(11))).body.reason).toBe("restored");
    await asOperator((db) => resumeCalls(db, ALL_TENANTS, "restored"));
    expect((await acme.call(callOf(12))).body.reason).toBe("calls_stopped");
    await asOperator((db) => resumeCalls(db, ALL_TENANTS, "calls_stopped"));
    expect((await acme.call(callOf(13))).body.reason).toBeUndefined();
    expect(placed(bff)).toBe(1);
  });
});

describe("a tenant's daily quota", () => {
  it("is reported to the operator at 50, 80 and 100 %", async () => {
    const bff = await startTestBff({
      tenant: "limits: { tenant: [{ calls: 5, within: 24h }], distinctNumbers: { session: none } }",
    });
    running.push(bff);
    bff.uis.exchange.change({ answersWhen: "accepted" });
    const visitor = await visitorOf(bff, "acme");
    for (let n = 11; n < 18; n++) await visitor.call(callOf(n));
    const told = bff
      .logged()
      .split("\n")
      .filter((line) => line.includes('"percent"'))
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(told.map(({ level, tenant, percent, used }) => [level, tenant, percent, used])).toEqual([
      ["warn", "acme", 50, 3],
      ["warn", "acme", 80, 4],
      ["warn", "acme", 100, 5],
    ]);
    expect(placed(bff)).toBe(5);
  });
});
