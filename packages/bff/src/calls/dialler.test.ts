import { randomUUID } from "node:crypto";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { acmeYaml } from "../bff.harness.js";
import { TestClock } from "../clock.harness.js";
import { parseConfiguration } from "../config/configuration-file.js";
import { createLogger } from "../log.js";
import { type Database, openDatabase } from "../store/database.js";
import type { AccountStop, UisAccount } from "../uis/uis-account.js";
import type { CallOrder, Outcome } from "../uis/uis-client.js";
import { CallFeed } from "./call-feed.js";
import { Dialler } from "./dialler.js";
import { Ledger } from "./ledger.js";

const UNREACHABLE: Outcome = { kind: "wait", because: "unreachable" };
const RENEW: Outcome = { kind: "renew", code: -32005 };
const PLACED: Outcome = { kind: "placed" };

describe("the dialler", () => {
  let db: Database;
  let clock: TestClock;
  let ledger: Ledger;
  let feed: CallFeed;
  let sent: CallOrder[];
  let outcomes: Outcome[];
  let stop: AccountStop | undefined;

  const { tenants } = parseConfiguration(
    acmeYaml("https://uis.example/v1"),
    { variable: () => "x", file: () => undefined },
    "t",
  );

  beforeEach(async () => {
    db = await openDatabase("sqlite::memory:");
    clock = new TestClock();
    feed = new CallFeed();
    ledger = new Ledger(db, clock, feed);
    sent = [];
    outcomes = [];
    stop = undefined;
  });
  afterEach(() => db.destroy());

  const account: UisAccount = {
    placeCall: (order) => {
      sent.push(order);
      return Promise.resolve(outcomes.shift() ?? PLACED);
    },
    stopped: () => stop,
  };

  const createDialler = () =>
    new Dialler({
      ledger,
      tenants: new Map(tenants.map((tenant) => [tenant.id, tenant])),
      accounts: new Map(tenants.map(({ id }) => [id, account])),
      clock,
      log: createLogger("silent"),
      random: () => 0.5,
    });

  const accept = async (change: object = {}) => {
    const { call } = await ledger.accept({
      tenant: "acme",
      principal: "p",
      idempotencyKey: randomUUID(),
      target: "sales",
      visitorNumber: "+79000000001",
      locale: "ru",
      variables: { product: "tea" },
      page: null,
      consentText: null,
      ...change,
    });
    return call.id;
  };

  /** Dials, letting time pass for as long as the dialler waits. */
  const dial = async (id: string) => {
    const over = feed.untilOver(id, 5000);
    createDialler().dial({ id, tenant: "acme" });
    const ticking = setInterval(() => clock.advance(15_000), 1);
    await over.finally(() => clearInterval(ticking));
    const call = await ledger.find("acme", "p", id);
    return [call?.status, call?.reason];
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
    stop = { since: clock.now() };
    expect(await dial(await accept())).toEqual(["held", "service_refused"]);
    expect(sent).toEqual([]);
  });

  it("sends nothing for a target that is no longer configured", async () => {
    expect(await dial(await accept({ target: "gone" }))).toEqual(["failed", "service_refused"]);
    expect(sent).toEqual([]);
  });

  it("takes up after a restart what was never sent", async () => {
    const id = await accept();
    const over = feed.untilOver(id, 5000);
    await createDialler().recover();
    await over;
    expect(sent).toHaveLength(1);
  });

  it("stops waiting when told to drain, leaving the call for the next process", async () => {
    outcomes = [UNREACHABLE];
    const id = await accept();
    const dialler = createDialler();
    dialler.dial({ id, tenant: "acme" });
    await expect.poll(async () => (await ledger.find("acme", "p", id))?.status).toBe("waiting");
    await dialler.drain();
    expect(sent).toHaveLength(1);
  });
});
