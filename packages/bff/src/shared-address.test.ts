import { randomUUID } from "node:crypto";
import { ProofChallenge } from "@uis-call/shared";
import { SCANNED } from "@uis-call/testing/acme";
import { engines } from "@uis-call/testing/databases";
import { solveProof } from "@uis-call/testing/proof-solver";
import type { TestBff } from "@uis-call/testing/test-bff";
import { clockOfToday, TestClock } from "@uis-call/testing/test-clock";
import type { CallAnswer, Visitor } from "@uis-call/testing/visitor";
import type { SessionData } from "express-session";
import { afterEach, describe, expect, it } from "vitest";
import {
  addressOf,
  at,
  HOUR,
  insist,
  numbered,
  placed,
  start,
  startInstances,
  stopAll,
  times,
  visitorAt,
} from "./rate-tiers.harness.js";
import { Secret } from "./config/secret.js";
import { createProofDesk } from "./policy/proof.js";
import { blockNumber } from "./store/number-blocks.js";
import { openNumberCipher } from "./store/number-cipher.js";
import { createIdentityToken } from "./tokens.js";

afterEach(stopAll);

const GATEWAY = "203.0.113.7";

const told = (bff: TestBff) =>
  bff.database.query.selectFrom("notifications").select(["call_id", "reason"]).execute();
const banned = (bff: TestBff) => bff.database.query.selectFrom("bans").selectAll().execute();

/**
 * Requests a call in the same way as the element does: with a proof of work if the backend requires one. The visitor's
 * session has to be the newest. The solved challenge needs one try, because the two hundred tries of the one that the
 * backend offers would cost a quarter of a second for each of sixty calls.
 */
async function click(bff: TestBff, clock: TestClock, visitor: Visitor, number: number): Promise<CallAnswer> {
  const answer = await visitor.call(numbered(number));
  if (answer.body.code !== "proof_required") return answer;
  ProofChallenge.parse((await visitor.send("GET", "/proof")).body);
  const newest = bff.database.query.selectFrom("sessions").select("data").orderBy("expires_at", "desc");
  const session = JSON.parse((await newest.executeTakeFirstOrThrow()).data) as Pick<SessionData, "uisCall">;
  const desk = createProofDesk([new Secret(bff.sessionSecret)], clock);
  const challenge = await desk.challenge({ tenant: "acme", principal: session.uisCall!.principal }, 1);
  return visitor.call({ ...numbered(number), proof: await solveProof(challenge) });
}

const behind = (ip: string, visitor: Visitor): Visitor => {
  visitor.headers = { ...visitor.headers, "x-forwarded-for": ip };
  return visitor;
};

/** Opens sessions for visitors who afterwards share one IP address. */
async function crowd(count: number, instances: TestBff[]): Promise<Visitor[]> {
  const visitors = [];
  for (let n = 0; n < count; n++) {
    // Opens each session from a different address, because the number of new sessions per address is limited.
    const visitor = await visitorAt(instances[n % instances.length]!, addressOf(n));
    visitors.push(behind(GATEWAY, visitor));
  }
  return visitors;
}

describe.each(engines)("visitors behind one address, on %s,", (_name, newUrl) => {
  it(
    "are all dialled, ninety within an hour, each with a number of his own, and none is banned",
    { timeout: 180_000 },
    async () => {
      const clock = clockOfToday();
      const bff = await start({
        databaseUrl: await newUrl(),
        clock,
        tenant: "proof: attack",
        configure: (configuration) => configuration,
      });
      const statuses = [];
      for (let n = 0; n < 90; n++) {
        const { status, body } = await click(bff, clock, await visitorAt(bff, GATEWAY), n);
        statuses.push(status < 300 && body.status !== "held");
        clock.advance(35_000);
      }
      expect(statuses).toEqual(times(90, () => true));
      await expect.poll(() => placed(bff)).toBe(90);
      expect([await told(bff), await banned(bff)]).toEqual([[], []]);
    },
  );

  it(
    "are dialled to a hundred numbers of a hundred and fifty asked for at once; fifty are kept with their leads",
    { timeout: 120_000 },
    async () => {
      const instances = await startInstances(await newUrl(), {
        tenant: "limits: { concurrency: { target: none, tenant: none } }",
      });
      const [first] = instances;
      const visitors = await crowd(150, instances);
      const answers = await Promise.all(
        visitors.map((visitor, n) => {
          const key = { "idempotency-key": randomUUID() };
          return insist(() => visitor.call(numbered(n), key));
        }),
      );
      expect(answers.filter(({ status }) => status >= 300)).toEqual([]);
      const kept = answers.filter(({ body }) => body.status === "held").map(({ body }) => body.id);
      expect(kept).toHaveLength(50);
      await expect.poll(() => placed(first!)).toBe(100);
      const leads = await told(first!);
      expect(leads.map(({ call_id }) => call_id).sort()).toEqual(kept.sort());
      expect(new Set(leads.map(({ reason }) => reason))).toEqual(new Set(["limit_reached"]));
      expect(await banned(first!)).toEqual([]);
    },
  );
});

describe.each(engines)("the tiers of one address, on %s,", (_name, newUrl) => {
  const stateOf = ({ status, body }: CallAnswer) => (status < 300 ? body.status === "held" : status);
  const [DIALLED, KEPT, REFUSED] = [false, true, 429];

  it("begin with a proof of work, harder with each doubling, for its anonymous visitors alone", async () => {
    const bff = await start({
      databaseUrl: await newUrl(),
      tenant: [
        "proof: attack",
        "identity: { secret: { env: IDENTITY_SECRET } }",
        "limits: { addressNumbers: { proof: 2 } }",
      ].join("\n    "),
      configure: (configuration) => configuration,
    });
    const calm = await visitorAt(bff, GATEWAY);
    const [one, other] = await crowd(2, [bff]);
    for (const [n, visitor] of [one!, other!].entries()) {
      expect(stateOf(await visitor.call(numbered(n)))).toBe(DIALLED);
    }
    // A proof is required in an existing session, even for a number that was requested before, and in a new
    // session.
    const { status, body } = await calm.call(numbered(0));
    expect([status, body.code]).toEqual([403, "proof_required"]);
    expect((await calm.open()).body.proof).toBe("required");
    const { body: challenge } = await calm.send("GET", "/proof");
    const proof = await solveProof(ProofChallenge.parse(challenge));
    expect(stateOf(await calm.call({ ...numbered(2), proof }))).toBe(DIALLED);

    const elsewhere = await visitorAt(bff, addressOf(1));
    expect((await elsewhere.open()).body.proof).toBeUndefined();
    expect(stateOf(await elsewhere.call(numbered(9)))).toBe(DIALLED);
    const token = await createIdentityToken({ tenant: "acme", sub: "operator-1" }, SCANNED.identitySecret);
    const operator = behind(GATEWAY, bff.visitor());
    expect((await operator.open("acme", {}, token)).body.proof).toBeUndefined();
    expect(stateOf(await operator.call(numbered(10)))).toBe(DIALLED);
  });

  it("ask for no less while they cannot be read: 503", async () => {
    const bff = await start({
      databaseUrl: await newUrl(),
      tenant: "proof: attack",
      configure: (configuration) => configuration,
    });
    const visitor = await visitorAt(bff, GATEWAY);
    await bff.database.query.schema.alterTable("limit_counts").renameTo("away").execute();
    const answers = [
      await visitor.call(numbered(0)),
      await visitor.open(),
      await visitor.send("GET", "/proof"),
    ];
    expect(answers.map(({ status }) => status)).toEqual([503, 503, 503]);
    await bff.database.query.schema.alterTable("away").renameTo("limit_counts").execute();
    expect(stateOf(await visitor.call(numbered(0)))).toBe(DIALLED);
  });

  it("keep further numbers, then refuse them, and dial on to those that were dialled before", async () => {
    const clock = new TestClock();
    const bff = await start({
      databaseUrl: await newUrl(),
      clock,
      tenant: "limits: { addressNumbers: { proof: none, keep: 3, refuse: 5, within: 1h } }",
    });
    const visitors = await crowd(8, [bff]);
    const ask = async (visitor: number, number = visitor) => visitors[visitor]!.call(numbered(number));
    const states = [];
    for (let n = 0; n < 5; n++) states.push(stateOf(await ask(n)));
    expect(states).toEqual([DIALLED, DIALLED, DIALLED, KEPT, KEPT]);
    clock.advance(20 * 60_000);
    const sixth = await ask(5);
    expect([sixth.status, sixth.body.code, sixth.body.retryAfter]).toEqual([429, "rate_limited", 2400]);
    expect(sixth.headers["retry-after"]).toBe("2400");
    // A number that was requested before is dialled or held as before, whichever session requests it.
    expect([stateOf(await ask(5, 0)), stateOf(await ask(6, 3))]).toEqual([DIALLED, KEPT]);
    // The second request for the fourth number joins the note of the first.
    expect((await told(bff)).map(({ reason }) => reason)).toEqual(Array(2).fill("limit_reached"));
    expect(await banned(bff)).toEqual([]);
    expect(bff.logged().match(/further ones are not dialled/g)).toHaveLength(2);

    // Another IP address and another tenant have their own counts.
    const neighbour = await visitorAt(bff, addressOf(100));
    expect(stateOf(await neighbour.call(numbered(20)))).toBe(DIALLED);
    const careful = await visitorAt(bff, GATEWAY, "careful");
    expect(stateOf(await careful.call({ ...numbered(21), consent: true }))).toBe(DIALLED);

    clock.advance(40 * 60_000);
    const later = await visitorAt(bff, GATEWAY);
    expect(stateOf(await later.call(numbered(3)))).toBe(DIALLED);
    expect(stateOf(await later.call(numbered(7)))).toBe(DIALLED);
  });

  it("keep a call that is asked for later at once, for a person", async () => {
    const clock = new TestClock();
    const bff = await start({
      databaseUrl: await newUrl(),
      clock,
      tenant: "limits: { addressNumbers: { proof: none, keep: 1 } }",
    });
    const [one, other] = await crowd(2, [bff]);
    const tomorrow = { at: new Date(clock.now().getTime() + 24 * HOUR).toISOString() };
    expect((await one!.call({ ...numbered(0), ...tomorrow })).body.status).toBe("scheduled");
    const { body } = await other!.call({ ...numbered(1), ...tomorrow });
    expect(body.status).toBe("held");
    expect(await told(bff)).toEqual([{ call_id: body.id, reason: "limit_reached" }]);
  });

  it("tell the person who calls back that the owner of a number does not want it", async () => {
    const clock = new TestClock();
    const bff = await start({
      databaseUrl: await newUrl(),
      clock,
      tenant: "limits: { addressNumbers: { proof: none, keep: 1 } }",
    });
    const cipher = await openNumberCipher(bff.database, [new Secret(bff.sessionSecret)]);
    await bff.database.write("test", (transaction) =>
      blockNumber(transaction, cipher.hash("+79000001001"), "operator", clock.now()),
    );
    const [one, other] = await crowd(2, [bff]);
    await one!.call(numbered(0));
    const tomorrow = { at: new Date(clock.now().getTime() + 24 * HOUR).toISOString() };
    for (const when of [{}, tomorrow]) {
      const { body } = await other!.call({ ...numbered(1), ...when });
      expect([body.status, body.reason]).toEqual(["held", "kept"]);
      expect(await told(bff)).toContainEqual({ call_id: body.id, reason: "number_blocked" });
    }
  });

  it("are shown the call there is when they ask once more from an address where further numbers are kept", async () => {
    const bff = await start({
      databaseUrl: await newUrl(),
      tenant: "limits: { addressNumbers: { proof: none, keep: 1 } }",
    });
    bff.uis.exchange.change({ answersWhen: "carried-out" });
    const visitor = await visitorAt(bff, "198.51.100.7");
    const { body: call } = await visitor.call(numbered(1));
    await (await visitorAt(bff, GATEWAY)).call(numbered(0));
    visitor.headers = { ...visitor.headers, "x-forwarded-for": GATEWAY };
    expect((await visitor.call(numbered(1))).body.id).toBe(call.id);
    expect(await told(bff)).toEqual([]);
  });

  it("count nothing of a request that is refused for something else, and refuse it beyond a tier, too", async () => {
    const bff = await start({
      databaseUrl: await newUrl(),
      tenant: [
        "proof: anonymous",
        "limits: { session: [{ calls: 2, within: 1h }], addressNumbers: { proof: none, keep: 2 } }",
      ].join("\n    "),
      configure: (configuration) => configuration,
    });
    const visitor = await visitorAt(bff, GATEWAY);
    const solved = async (from = visitor) => {
      const { body } = await from.send("GET", "/proof");
      return solveProof(ProofChallenge.parse(body));
    };
    const used = await solved();
    expect(stateOf(await visitor.call({ ...numbered(0), proof: used }))).toBe(DIALLED);
    for (let n = 1; n < 6; n++) {
      expect((await visitor.call({ ...numbered(n), proof: used })).body.code).toBe("proof_invalid");
    }
    expect(stateOf(await visitor.call({ ...numbered(6), proof: await solved() }))).toBe(DIALLED);
    const other = await visitorAt(bff, GATEWAY);
    const theirs = await solved(other);
    expect(stateOf(await other.call({ ...numbered(7), proof: theirs }))).toBe(KEPT);
    expect((await other.call({ ...numbered(8), proof: theirs })).body.code).toBe("proof_invalid");
    expect(await told(bff)).toHaveLength(1);
    expect(stateOf(await visitor.call({ ...numbered(0), proof: await solved() }))).toBe(REFUSED);
  });
});

describe.each(engines)("an operator the site vouches for, on %s,", (_name, newUrl) => {
  it("calls sixty customers in an hour; the next one is kept for the operator's own limit", async () => {
    const bff = await start({
      databaseUrl: await newUrl(),
      tenant: "identity: { secret: { env: IDENTITY_SECRET } }",
    });
    const operator = bff.visitor();
    operator.headers = { "x-forwarded-for": GATEWAY };
    const token = await createIdentityToken({ tenant: "acme", sub: "operator-1" }, SCANNED.identitySecret);
    expect((await operator.open("acme", {}, token)).status).toBe(200);
    const statuses = [];
    for (let n = 0; n < 61; n++) {
      const { status, body } = await operator.call(numbered(n));
      statuses.push(status < 300 ? body.status : status);
    }
    expect(statuses.map((status) => status === "held" || typeof status === "number")).toEqual([
      ...times(60, () => false),
      true,
    ]);
    expect(statuses.at(-1)).toBe("held");
    await expect.poll(() => placed(bff)).toBe(60);
  });
});

describe.each(engines)("a session that asks for many numbers at once, on %s,", (_name, newUrl) => {
  it("is banned once, for a day, by fifteen clicks at the same moment", async () => {
    const instances = await startInstances(await newUrl(), {});
    const [first] = instances;
    const visitor = await visitorAt(first!, GATEWAY);
    const answers = await Promise.all(
      times(15, (n) => at(instances[n % instances.length]!, visitor).call(numbered(n))),
    );
    expect(answers.filter(({ status }) => status < 300)).toHaveLength(3);
    const refused = answers.filter(({ status }) => status >= 300);
    for (const { status, body } of refused) {
      expect([status, body.code]).toEqual([429, "rate_limited"]);
      expect(body.retryAfter).toBeGreaterThan(86_000);
    }
    const bans = await banned(first!);
    expect(bans.map(({ visitor: name, times: count }) => [name.split("/")[1], count])).toEqual([
      ["session", 1],
    ]);
    expect(bans[0]?.until).not.toBeNull();
  });
});
