import { acmeYaml } from "@uis-call/testing/acme";
import { TestClock } from "@uis-call/testing/test-clock";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { parseConfiguration } from "../config/configuration-file.js";
import { createLogger } from "../log.js";
import { type Database, openDatabase } from "../store/database.js";
import type { CircuitBreaker, OpenCircuit } from "../uis/circuit-breaker.js";
import type { CallOrder, Outcome } from "../uis/uis-client.js";
import { newCall } from "./call.harness.js";
import { CallFeed } from "./call-feed.js";
import { Dialler } from "./dialler.js";
import { Dispatcher } from "./dispatcher.js";
import { Instances } from "./instances.js";
import { Ledger } from "./ledger.js";
import { Attempts } from "./attempts.js";
import { PauseLog } from "./pause-log.js";
import { cipher } from "../store/number-cipher.harness.js";

const UNREACHABLE: Outcome = { kind: "wait", because: "unreachable" };
const RENEW: Outcome = { kind: "renew", code: -32005 };
const PLACED: Outcome = { kind: "placed" };

describe("the dialler", () => {
  let db: Database;
  let clock: TestClock;
  let feed: CallFeed;
  let sent: CallOrder[];
  let outcomes: Outcome[];
  let circuit: OpenCircuit | undefined;
  let dispatchers: Dispatcher[];

  const { tenants } = parseConfiguration(
    acmeYaml("https://uis.example/v1"),
    { variable: () => "x", file: () => undefined },
    "t",
  );

  beforeEach(async () => {
    db = await openDatabase("sqlite::memory:");
    clock = new TestClock();
    feed = new CallFeed();
    sent = [];
    outcomes = [];
    circuit = undefined;
    dispatchers = [];
  });
  afterEach(async () => {
    await Promise.all(dispatchers.map((dispatcher) => dispatcher.stop()));
    await db.close();
  });

  const breaker: CircuitBreaker = {
    async placeCall(order, confirmSend) {
      if ((await confirmSend?.()) !== true) return UNREACHABLE;
      sent.push(order);
      return outcomes.shift() ?? PLACED;
    },
    opened: () => circuit,
  };

  /** Creates those parts of a backend instance that dial calls. */
  function createInstance(owner = "me") {
    const attempts = new Attempts(db, clock, { owner });
    const dialler = new Dialler({
      cipher,
      attempts,
      feed,
      tenants: new Map(tenants.map((tenant) => [tenant.id, tenant])),
      breakers: new Map(tenants.map(({ id }) => [id, breaker])),
      clock,
      log: createLogger("silent"),
      random: () => 0.5,
    });
    const instances = new Instances(db, clock, owner);
    const log = createLogger("silent");
    const dispatcher = new Dispatcher({
      attempts,
      instances,
      dialler,
      feed,
      pauseLog: new PauseLog(db, log),
      clock,
      log,
    });
    dispatchers.push(dispatcher);
    return { ledger: new Ledger(db, cipher, clock, { owner }), attempts, dialler, dispatcher };
  }

  const accept = async (change = {}) =>
    (await createInstance().ledger.accept(newCall(change), false)).call.id;

  const rowOf = (id: string) =>
    db.query.selectFrom("calls").selectAll().where("id", "=", id).executeTakeFirstOrThrow();

  const slotOf = ({ slots }: Dialler) => {
    const slot = slots.reserve("acme");
    if (slot === undefined) throw new Error("the dialler has no slot");
    return slot;
  };

  const stateOf = async (id: string) => {
    const call = await db.query
      .selectFrom("calls")
      .select(["status", "reason"])
      .where("id", "=", id)
      .executeTakeFirstOrThrow();
    return [call.status, call.reason];
  };

  /** Dials a call, and advances the clock until the call is over. */
  const dial = async (id: string) => {
    const over = feed.untilOver(id, 5000);
    const { dialler, dispatcher } = createInstance();
    dialler.take(await rowOf(id), slotOf(dialler));
    await dispatcher.start();
    const ticking = setInterval(() => clock.advance(5000), 1);
    await over.finally(() => clearInterval(ticking));
    return stateOf(id);
  };

  it("sends one order, in the words of the target and the visitor's language", async () => {
    expect(await dial(await accept())).toEqual(["placed", null]);
    expect(sent).toHaveLength(1);
    expect(sent[0]).toMatchObject({
      visitor: "+79000000001",
      office: "+79000000101",
      serviceNumber: "+74990000000",
      firstCall: "office",
      switchAtOnce: false,
      visitorMessage: { text: "Здравствуйте! Соединяем с отделом продаж." },
      officeMessage: { text: "Call back, tea" },
      holdMusic: "Bad Kingdom-cut.mp3",
    });
  });

  it.each([
    [{ kind: "refused", fault: "call" }, "failed", "not_connected"],
    [{ kind: "refused", fault: "account", code: -32003 }, "held", "service_refused"],
    [{ kind: "refused", fault: "defect", code: -32602 }, "failed", "service_refused"],
    [{ kind: "unknown", code: -32603 }, "unknown", "no_answer_from_service"],
  ] as const)("sends nothing more after %o", async (outcome, status, reason) => {
    outcomes = [outcome];
    expect(await dial(await accept())).toEqual([status, reason]);
    expect(sent).toHaveLength(1);
  });

  it("sends again, under new ids, after a proof that nothing was placed", async () => {
    outcomes = [UNREACHABLE, { kind: "wait", because: "limit", code: -32004 }, PLACED];
    expect(await dial(await accept())).toEqual(["placed", null]);
    expect(new Set(sent.map((order) => order.attempt)).size).toBe(3);
  });

  it("leaves the call to a person when UIS stays away until the deadline", async () => {
    outcomes = Array<Outcome>(200).fill(UNREACHABLE);
    expect(await dial(await accept())).toEqual(["held", "deadline_passed"]);
  });

  it("sends again once with a new key, and not a second time", async () => {
    outcomes = [RENEW, PLACED];
    expect(await dial(await accept())).toEqual(["placed", null]);
    outcomes = [RENEW, RENEW, PLACED];
    sent = [];
    expect(await dial(await accept())).toEqual(["held", "service_refused"]);
    expect(sent).toHaveLength(2);
  });

  it("sends nothing while UIS refuses the account, and leaves the call to a person", async () => {
    circuit = { since: clock.now() };
    expect(await dial(await accept())).toEqual(["held", "service_refused"]);
    expect(sent).toEqual([]);
  });

  it("sends nothing for a target that is no longer configured", async () => {
    expect(await dial(await accept({ target: "gone" }))).toEqual(["failed", "service_refused"]);
    expect(sent).toEqual([]);
  });

  it("holds a call to a number that the tenant no longer has called", async () => {
    const id = await accept({ visitorNumber: "+79001110000" });
    expect(await dial(id)).toEqual(["failed", "service_refused"]);
    expect(sent).toEqual([]);
  });

  it("dials after a restart what was never sent, and nothing that may have been", async () => {
    const before = createInstance("gone");
    const waiting = await accept();
    const used = await before.ledger.accept(newCall({ visitorNumber: "+79000000002" }), true);
    const unused = await before.ledger.accept(newCall({ visitorNumber: "+79000000003" }), true);
    if (used.attempt !== undefined) await before.attempts.confirmSend(used.attempt, 120);

    const { dispatcher, dialler } = createInstance("me");
    await dispatcher.start();
    clock.advance(6000);
    await dispatcher.look();
    await dialler.drain();
    expect(await stateOf(waiting)).toEqual(["placed", null]);
    expect(await stateOf(unused.call.id)).toEqual(["placed", null]);
    expect(await stateOf(used.call.id)).toEqual(["unknown", "interrupted"]);
    expect(sent.map(({ visitor }) => visitor).sort()).toEqual(["+79000000001", "+79000000003"]);
  });

  it("calls at the chosen time after a restart, and not long after it", async () => {
    const at = new Date(clock.now().getTime() + 8 * 3_600_000);
    const [onTime, tooLate] = [
      await accept({ scheduledFor: at }),
      await accept({ scheduledFor: new Date(at.getTime() - 600_001), visitorNumber: "+79000000002" }),
    ];
    const early = createInstance("early");
    await early.dispatcher.look();
    expect(sent).toEqual([]);
    clock.advance(8 * 3_600_000);
    const { dispatcher, dialler } = createInstance("me");
    await dispatcher.look();
    await dialler.drain();
    expect(await stateOf(onTime)).toEqual(["placed", null]);
    expect(await stateOf(tooLate)).toEqual(["held", "deadline_passed"]);
  });

  it("leaves a scheduled call to a person when the computer's clock has been changed", async () => {
    const id = await accept({ scheduledFor: new Date(clock.now().getTime() + 1000) });
    clock.advance(2000);
    clock.wasSet = true;
    const { dispatcher, dialler } = createInstance();
    await dispatcher.look();
    await dialler.drain();
    expect(await stateOf(id)).toEqual(["held", "time_uncertain"]);
    expect(sent).toEqual([]);
  });

  it("sends nothing on an attempt that was taken back while it was getting ready", async () => {
    const { ledger, attempts, dialler } = createInstance("slow");
    const { attempt } = await ledger.accept(newCall(), true);
    if (attempt === undefined) throw new Error("no attempt");
    await attempts.recover(["me"]);
    dialler.dial(attempt, slotOf(dialler));
    await dialler.drain();
    expect(sent).toEqual([]);
    expect(await stateOf(attempt.call.id)).toEqual(["waiting", "interrupted"]);
  });

  it("stops when told to drain, leaving what waits to the next process", async () => {
    outcomes = [UNREACHABLE];
    const id = await accept();
    const { dialler } = createInstance();
    dialler.take(await rowOf(id), slotOf(dialler));
    await dialler.drain();
    expect(sent).toHaveLength(1);
    expect(await stateOf(id)).toEqual(["waiting", "service_unreachable"]);
    expect(dialler.slots.reserve("acme")).toBeUndefined();
  });
});
