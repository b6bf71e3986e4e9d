import type { CallStatus } from "@uis-call/shared";
import { acmeYaml } from "@uis-call/testing/acme";
import { engines } from "@uis-call/testing/databases";
import { TestClock } from "@uis-call/testing/test-clock";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { later } from "../clock.js";
import { parseConfiguration } from "../config/configuration-file.js";
import { DEFAULT_LIMITS, type Limits } from "../config/limits.js";
import { createLogger } from "../log.js";
import { type Database, openDatabase } from "../store/database.js";
import { cipher } from "../store/number-cipher.harness.js";
import type { CircuitBreaker } from "../uis/circuit-breaker.js";
import { newCall } from "./call.harness.js";
import { Attempts } from "./attempts.js";
import { CallFeed } from "./call-feed.js";
import { CallQuotas } from "./call-quotas.js";
import { Dialler } from "./dialler.js";
import { Dispatcher } from "./dispatcher.js";
import { Instances } from "./instances.js";
import { Ledger } from "./ledger.js";
import { PauseLog } from "./pause-log.js";
import { TAKE_OVER_MS } from "./under-way.js";

const BUSY = Array.from({ length: 25 }, (_, n) => `busy-${String(n)}`);
const CALLS_EACH = 20;
const PATIENCE = { timeout: 20_000 };

describe.each(engines)("among 25 busy tenants on %s", (_name, newUrl) => {
  let db: Database;
  let clock: TestClock;
  let dispatcher: Dispatcher;
  let dialler: Dialler;
  let ledger: Ledger;
  /** Tenants of the calls that UIS was asked to place, in their order. */
  let dialled: string[];
  let hangUp: (() => void)[];
  let numbers: number;

  const { tenants: parsed } = parseConfiguration(
    acmeYaml("https://uis.example/v1"),
    { variable: () => "x", file: () => undefined },
    "t",
  );

  beforeEach(async () => {
    db = await openDatabase(await newUrl());
    clock = new TestClock();
    [dialled, hangUp, numbers] = [[], [], 0];
  });
  afterEach(async () => {
    for (const end of hangUp) end();
    await dialler.drain();
    await dispatcher.stop();
    await db.close();
  });

  /** Starts an instance whose calls last until {@link hangUp}. */
  function start(limits: Limits | "none"): void {
    const [acme] = parsed;
    if (acme === undefined) throw new Error("no tenant");
    const tenants = new Map([...BUSY, "quiet"].map((id) => [id, { ...acme, id, limits }]));
    const breakerOf = (id: string): CircuitBreaker => ({
      async placeCall(_order, confirmSend) {
        await confirmSend?.();
        dialled.push(id);
        await new Promise<void>((resolve) => hangUp.push(resolve));
        return { kind: "placed" };
      },
      opened: () => undefined,
    });
    const [log, feed] = [createLogger("silent"), new CallFeed()];
    const context = { owner: "me", quotas: new CallQuotas(tenants, cipher) };
    const attempts = new Attempts(db, clock, context);
    ledger = new Ledger(db, cipher, clock, context);
    const breakers = new Map([...tenants.keys()].map((id) => [id, breakerOf(id)]));
    const shared = { clock, log, feed, attempts };
    dialler = new Dialler({ ...shared, cipher, tenants, breakers, random: () => 0.5 });
    const instances = new Instances(db, clock, "me");
    dispatcher = new Dispatcher({ ...shared, instances, dialler, pauseLog: new PauseLog(db, log) });
  }

  async function ask(tenant: string): Promise<void> {
    const visitorNumber = `+790000${String(++numbers).padStart(5, "0")}`;
    await ledger.accept(newCall({ tenant, principal: visitorNumber, visitorNumber }), false);
  }

  /** Has each busy tenant ask for more calls than it may have at once, and dials until no more are dialled. */
  async function keepBusy(): Promise<void> {
    for (let n = 0; n < CALLS_EACH; n++) await Promise.all(BUSY.map(ask));
    for (let before = -1; before < dialled.length;) {
      before = dialled.length;
      await dispatcher.look();
      await settled();
    }
  }

  /** Resolves when each call that the dispatcher took is dialled or waits again. */
  async function settled(): Promise<void> {
    const count = async (status: CallStatus[], due?: string) => {
      let query = db.query.selectFrom("calls").select("id").where("status", "in", status);
      if (due !== undefined) query = query.where("due_at", "=", due);
      return (await query.execute()).length;
    };
    const taken = () => count(["accepted", "waiting"], later(clock.now(), TAKE_OVER_MS));
    await expect.poll(taken, PATIENCE).toBe(0);
    await expect.poll(async () => (await count(["dialing"])) - dialled.length, PATIENCE).toBe(0);
  }

  it("that keep every slot they may have, a quiet tenant's call is dialled at the next look", async () => {
    start("none");
    await keepBusy();
    const busy = dialled.length;
    expect(busy).toBeGreaterThan(400);
    await ask("quiet");
    await dispatcher.look();
    await settled();
    expect(dialled.slice(busy)).toEqual(["quiet"]);
  });

  it("whose further calls wait for their own to end, a quiet tenant's call is dialled at the next look", async () => {
    start({ ...DEFAULT_LIMITS, concurrency: { target: 2, tenant: 2 } });
    await keepBusy();
    expect(dialled).toHaveLength(50);
    clock.advance(1000);
    await ask("quiet");
    await dispatcher.look();
    await settled();
    expect(dialled.slice(50)).toEqual(["quiet"]);
  });
});
