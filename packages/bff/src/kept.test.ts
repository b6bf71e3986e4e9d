import { SCANNED } from "@uis-call/testing/acme";
import { engines } from "@uis-call/testing/databases";
import type { TestBff } from "@uis-call/testing/test-bff";
import { TestClock } from "@uis-call/testing/test-clock";
import type { CallAnswer, Visitor } from "@uis-call/testing/visitor";
import { afterEach, describe, expect, it } from "vitest";
import { addressOf, only, start, stopAll, visitorAt } from "./rate-tiers.harness.js";
import { Secret } from "./config/secret.js";
import { blockNumber } from "./store/number-blocks.js";
import { openNumberCipher } from "./store/number-cipher.js";
import { ALL_TENANTS, pauseCalls } from "./store/pauses.js";
import { createIdentityToken, sealNumber } from "./tokens.js";

const PHONE = "+79000000001";
const MINUTE = 60_000;
const TARGETS = "supplier: { title: Supplier, office: sealed, visitor: asked }";

const ringing: TestBff[] = [];

/** Ends all ringing calls before it stops the backends, because a backend waits for ringing calls when it stops. */
async function end(): Promise<void> {
  for (const { uis } of ringing.splice(0)) {
    uis.exchange.change({ answerByThemselves: { visitor: 0, office: 0 } });
  }
  await stopAll();
}
afterEach(end);

/** A clock that advances each time it is read, so also while a request is handled. */
class RunningClock extends TestClock {
  override now = (): Date => {
    this.advance(1);
    return new Date(this.monotonic());
  };
}

/** @param required whether only identified users may call */
async function startWithLimit(databaseUrl: string, required = false, clock = new TestClock()) {
  const bff = await start({
    clock,
    databaseUrl,
    targets: TARGETS,
    tenant: [
      only("number: [{ calls: 2, within: 15m }]"),
      `identity: { secret: { env: IDENTITY_SECRET }, required: ${String(required)} }`,
      "sealing: { key: { env: SEALING_KEY } }",
    ].join("\n    "),
  });
  ringing.push(bff);
  let visitors = 0;
  const user = async (): Promise<Visitor> => {
    const claims = { tenant: "acme", sub: `u-${String(visitors++)}` };
    const one = bff.visitor();
    const token = await createIdentityToken(claims, SCANNED.identitySecret, clock.now());
    expect((await one.open("acme", {}, token)).status).toBe(200);
    return one;
  };
  const visitor = () => (required ? user() : visitorAt(bff, addressOf(visitors++)));
  return { bff, clock, visitor, user };
}

type Started = Awaited<ReturnType<typeof startWithLimit>>;

async function block({ bff, clock }: Started): Promise<void> {
  const cipher = await openNumberCipher(bff.database, [new Secret(bff.sessionSecret)]);
  await bff.database.write("test", (transaction) =>
    blockNumber(transaction, cipher.hash(PHONE), "operator", clock.now()),
  );
}

/** Causes of the reasons that strangers see as `kept`. Strangers must not be able to tell these causes apart. */
const CAUSES: Record<string, (started: Started) => Promise<void>> = {
  async number_under_way({ bff, visitor }) {
    bff.uis.exchange.change({ answersWhen: "carried-out" });
    expect((await (await visitor()).call({ target: "sales", phone: PHONE })).body.status).toBe("dialing");
  },
  number_blocked: block,
  async limit_reached({ visitor }) {
    for (let n = 0; n < 2; n++) {
      const one = await visitor();
      await one.until((await one.call({ target: "sales", phone: PHONE })).body.id, "placed");
    }
  },
};

/** Circumstances in which a request is made. Even then, strangers must not be able to tell the causes apart. */
const CIRCUMSTANCES: Record<string, (started: Started) => Promise<void>> = {
  "as ever": () => Promise.resolve(),
  "while UIS refuses the account": async ({ bff, visitor }) => {
    bff.uis.beforeAnswer = (request, answer) => {
      if (request.method !== "place_calls") return;
      answer.body = { jsonrpc: "2.0", error: { code: -32003, message: "m", data: "d" } };
    };
    // Applies to new calls only. Calls that are ringing continue to ring.
    bff.uis.exchange.change({ answersWhen: "accepted" });
    const one = await visitor();
    const { body } = await one.call({ target: "sales", phone: "+79000000099" });
    await one.until(body.id, "held");
  },
  "while the operator has paused calls": ({ bff, clock }) =>
    pauseCalls(bff.database, ALL_TENANTS, "calls_stopped", clock.now()),
};

const withoutIds = (text: string): string => text.replaceAll(/[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}/g, "ID");

/** Returns everything that is visible in an answer, except ids and times, which differ each time. */
function seen({ status, headers, text, body }: CallAnswer) {
  const { createdAt = "", updatedAt = "" } = body as Partial<CallAnswer["body"]>;
  return {
    status,
    headers: withoutIds(JSON.stringify({ ...headers, date: undefined, etag: undefined })),
    text: withoutIds(text).replace(`"createdAt":"${createdAt}","updatedAt":"${updatedAt}"`, "TIMES"),
    unchanged: createdAt === updatedAt,
  };
}

async function eventsOf(visitor: Visitor, id: string): Promise<[string, string | undefined][]> {
  const states: [string, string | undefined][] = [];
  for await (const { status, reason } of visitor.follow(id)) states.push([status, reason]);
  return states;
}

describe.each(engines)("a number under way, blocked, or at its limit, on %s,", (_name, newUrl) => {
  const stored = async (bff: TestBff, id: string) => {
    const { database } = bff;
    const call = await database.query
      .selectFrom("calls")
      .select("reason")
      .where("id", "=", id)
      .executeTakeFirst();
    const lead = await database.query
      .selectFrom("notifications")
      .select("reason")
      .where("call_id", "=", id)
      .executeTakeFirst();
    return [call?.reason, lead?.reason];
  };

  describe.each(Object.keys(CIRCUMSTANCES))("%s", (circumstance) => {
    it("cannot be told apart by the answer, by reading again, by the events or by cancelling", async () => {
      const told: unknown[] = [];
      for (const [cause, bring] of Object.entries(CAUSES)) {
        const started = await startWithLimit(await newUrl(), false, new RunningClock());
        const { bff, visitor } = started;
        await bring(started);
        await CIRCUMSTANCES[circumstance]?.(started);
        const stranger = await visitor();
        const answer = await stranger.call({ target: "support", phone: PHONE });
        const { id } = answer.body;
        expect(answer.body).toMatchObject({ status: "held", reason: "kept" });
        expect(await stored(bff, id)).toEqual([cause, cause]);
        told.push([
          seen(answer),
          seen(await stranger.read(id)),
          await eventsOf(stranger, id),
          seen((await stranger.send("DELETE", `/calls/${id}`)) as unknown as CallAnswer),
        ]);
        await end();
      }
      expect(told[0]).toMatchObject([
        { status: 201, unchanged: true },
        {},
        [["held", "kept"]],
        { status: 409 },
      ]);
      expect(told[1]).toEqual(told[0]);
      expect(told[2]).toEqual(told[0]);
    });

    it("cannot be told apart by a scheduled call, before it is due, when it is due, or by cancelling it", async () => {
      const told: unknown[] = [];
      for (const [cause, bring] of Object.entries(CAUSES)) {
        const started = await startWithLimit(await newUrl());
        const { bff, clock, visitor } = started;
        const at = new Date(clock.now().getTime() + 10 * MINUTE).toISOString();
        const ask = { target: "support", phone: PHONE, at };
        const stranger = await visitor();
        const early = await stranger.call(ask);
        const events = eventsOf(stranger, early.body.id);
        clock.advance(10 * MINUTE - 1000);
        await bring(started);
        await CIRCUMSTANCES[circumstance]?.(started);
        const another = await visitor();
        const answer = await another.call(ask);
        const cancelled = await another.send("DELETE", `/calls/${answer.body.id}`);
        const due = async () => {
          clock.advance(250);
          return (await stranger.read(early.body.id)).body.status;
        };
        await expect.poll(due).toBe("held");
        const after = seen(await stranger.read(early.body.id));
        expect(await stored(bff, early.body.id)).toEqual([cause, cause]);
        told.push([seen(answer), seen(cancelled as unknown as CallAnswer), await events, after]);
        await end();
      }
      expect(told[0]).toMatchObject([
        { status: 202 },
        { status: 200 },
        [
          ["scheduled", undefined],
          ["held", "kept"],
        ],
        { status: 200 },
      ]);
      expect(told[1]).toEqual(told[0]);
      expect(told[2]).toEqual(told[0]);
    });
  });

  it.each([
    [true, "told truly"],
    [false, "not told"],
  ])("is, where the tenant requires identity: %s, %s to a user", async (required) => {
    for (const [cause, bring] of Object.entries(CAUSES)) {
      const started = await startWithLimit(await newUrl(), required);
      await bring(started);
      const user = await started.user();
      const { body } = await user.call({ target: "support", phone: PHONE });
      const expected = required ? cause : "kept";
      expect([body.reason, (await user.read(body.id)).body.reason]).toEqual([expected, expected]);
      expect(await eventsOf(user, body.id)).toEqual([["held", expected]]);
      await end();
    }
  });

  it("is held when it is a sealed office number that is blocked", async () => {
    const started = await startWithLimit(await newUrl());
    await block(started);
    const sealedNumber = await sealNumber(
      { tenant: "acme", target: "supplier", phone: PHONE },
      SCANNED.sealingKey,
      started.clock.now(),
    );
    const buyer = await started.visitor();
    const { status, body } = await buyer.call({ target: "supplier", phone: "+79000000002", sealedNumber });
    expect([status, body.status, body.reason]).toEqual([201, "held", "kept"]);
    expect(await stored(started.bff, body.id)).toEqual(["number_blocked", "number_blocked"]);
  });
});
