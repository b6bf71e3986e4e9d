import { randomUUID } from "node:crypto";
import { solveChallenge } from "altcha-lib";
import { deriveKey } from "altcha-lib/algorithms/web/pbkdf2";
import { type Proof, ProofChallenge, type Problem, type SessionResponse } from "@uis-call/shared";
import { SCANNED } from "@uis-call/testing/acme";
import { engines, postgresUrl } from "@uis-call/testing/databases";
import { solveProof } from "@uis-call/testing/proof-solver";
import { startTestBff, type TestBff, type TestBffOptions } from "@uis-call/testing/test-bff";
import { clockOfToday } from "@uis-call/testing/test-clock";
import type { Answer, CallAnswer, Visitor } from "@uis-call/testing/visitor";
import { afterEach, describe, expect, it } from "vitest";
import { Secret } from "../config/secret.js";
import { openNumberCipher } from "../store/number-cipher.js";
import { AttackMeter } from "./attack-meter.js";
import { createIdentityToken } from "../tokens.js";

const CALL = { target: "sales", phone: "8 900 000-00-01" };
const CAREFUL = { origin: "https://careful.example" };
const IDENTITY = "identity: { secret: { env: IDENTITY_SECRET } }";
const MINUTE = 60_000;

const running: TestBff[] = [];
afterEach(async () => {
  for (const bff of running.splice(0)) await bff.stop();
});

async function start(proof: string, options: TestBffOptions = {}): Promise<TestBff> {
  const bff = await startTestBff({
    tenant: `proof: ${proof}\n    limits: none\n    ${IDENTITY}`,
    ...options,
  });
  bff.uis.exchange.settings.answersWhen = "accepted";
  running.push(bff);
  return bff;
}

type Opened = [Visitor, Answer<SessionResponse & Problem>];

async function open(bff: TestBff, token?: string): Promise<Opened> {
  const visitor = bff.visitor();
  return [visitor, await visitor.open("acme", {}, token)];
}

async function challengeFor(visitor: Visitor, headers = {}): Promise<ProofChallenge> {
  const { status, body } = await visitor.send<ProofChallenge>("GET", "/proof", undefined, headers);
  expect(status).toBe(200);
  return ProofChallenge.parse(body);
}

/** Opens sessions that each send nine requests, too few for the session itself to need a proof. */
async function flood(bff: TestBff, sessions: number): Promise<CallAnswer[]> {
  const visitors = await Promise.all(Array.from({ length: sessions }, () => open(bff)));
  const each = visitors.flatMap(([visitor]) => Array.from({ length: 9 }, () => visitor.call(CALL)));
  return Promise.all(each);
}

const proofFor = async (visitor: Visitor): Promise<string> => solveProof(await challengeFor(visitor));

const codeOf = ({ status, body: { code, at } }: CallAnswer) => [status, code, at];
const REQUIRED = [403, "proof_required", "proof"];
const INVALID = [403, "proof_invalid", "proof"];

describe("GET /proof", () => {
  it("is for those who have a session, and for pages of its tenant", async () => {
    const bff = await start("anonymous");
    expect((await bff.visitor().send("GET", "/proof")).body.code).toBe("session_required");
    const [visitor] = await open(bff);
    const foreign = await visitor.send("GET", "/proof", undefined, { origin: "https://evil.example" });
    expect(foreign.body.code).toBe("origin_not_allowed");
    expect((await visitor.send("POST", "/proof", {})).body.code).toBe("method_not_allowed");
  });

  it("answers a challenge that is good for five minutes and that ALTCHA's own solver solves", async () => {
    const bff = await start("anonymous");
    const [visitor] = await open(bff);
    const challenge = await challengeFor(visitor);
    const life = challenge.parameters.expiresAt * 1000 - Date.now();
    expect(life).toBeGreaterThan(4.9 * MINUTE);
    expect(life).toBeLessThanOrEqual(5 * MINUTE);
    const solution = await solveChallenge({ challenge, deriveKey });
    const proof = btoa(JSON.stringify({ challenge, solution }));
    expect((await visitor.call({ ...CALL, proof })).body.status).toBe("placed");
  });

  it("answers a different one each time, which does not reveal the owner of calls", async () => {
    const bff = await start("anonymous");
    const [visitor] = await open(bff);
    const challenges = [await challengeFor(visitor), await challengeFor(visitor)];
    expect(new Set(challenges.map(({ parameters }) => parameters.nonce)).size).toBe(2);
    const [session] = await bff.database.query.selectFrom("sessions").select("data").execute();
    const { uisCall } = JSON.parse(session?.data ?? "") as { uisCall: { principal: string } };
    expect(JSON.stringify(challenges)).not.toContain(uisCall.principal);
  });
});

describe("a tenant that asks for proofs", () => {
  it("from no visitor: `never`", async () => {
    const bff = await start("never");
    const [visitor, session] = await open(bff);
    expect(session.body.proof).toBeUndefined();
    for (let n = 0; n < 60; n++) expect((await visitor.call(CALL)).body.status).toBe("placed");
  });

  it("from each anonymous visitor, before each call: `anonymous`", async () => {
    const bff = await start("anonymous");
    const [visitor, session] = await open(bff);
    expect(session.body.proof).toBe("required");
    expect(codeOf(await visitor.call(CALL))).toEqual(REQUIRED);
    expect(bff.uis.records).toEqual([]);
    for (let n = 0; n < 2; n++) {
      expect((await visitor.call({ ...CALL, proof: await proofFor(visitor) })).body.status).toBe("placed");
    }
    const token = await createIdentityToken({ tenant: "acme", sub: "user-1" }, SCANNED.identitySecret);
    const [user, theirs] = await open(bff, token);
    expect(theirs.body.proof).toBeUndefined();
    expect((await user.call(CALL)).body.status).toBe("placed");
  });

  it("during an attack, the default: fifty call requests in five minutes", async () => {
    const clock = clockOfToday();
    const bff = await start("attack", { clock });
    for (let n = 0; n < 49; n++) {
      const [visitor, session] = await open(bff);
      expect(session.body.proof).toBeUndefined();
      expect((await visitor.call(CALL)).body.status).toBe("placed");
    }
    const [visitor] = await open(bff);
    expect(codeOf(await visitor.call(CALL))).toEqual(REQUIRED);
    expect((await open(bff))[1].body.proof).toBe("required");
    expect((await visitor.call({ ...CALL, proof: await proofFor(visitor) })).body.status).toBe("placed");
    // The other tenant is not under attack.
    expect((await bff.visitor().open("careful", CAREFUL)).body.proof).toBeUndefined();
    const token = await createIdentityToken({ tenant: "acme", sub: "user-1" }, SCANNED.identitySecret);
    expect((await (await open(bff, token))[0].call(CALL)).body.status).toBe("placed");

    clock.advance(3 * MINUTE);
    expect((await open(bff))[1].body.proof).toBe("required");
    clock.advance(2 * MINUTE);
    const [later, session] = await open(bff);
    expect(session.body.proof).toBeUndefined();
    expect((await later.call(CALL)).body.status).toBe("placed");
  });

  it("as long as requests without proof come: refusing an attack does not end it", async () => {
    const clock = clockOfToday();
    const bff = await start("attack", { clock });
    for (let minute = 0; minute < 10; minute++) {
      await flood(bff, 2);
      clock.advance(MINUTE);
    }
    const [visitor] = await open(bff);
    expect(codeOf(await visitor.call(CALL))).toEqual(REQUIRED);
    expect((await open(bff))[1].body.proof).toBe("required");
  });
});

describe.each(engines)("the measure of an attack on %s", (_name, newUrl) => {
  it("outlives the process", async () => {
    const options = { databaseUrl: await newUrl(), sessionSecret: "s".repeat(32), clock: clockOfToday() };
    const first = await start("attack", options);
    await flood(first, 7);
    options.clock.advance(1000);
    await open(first);
    await running.pop()?.stop();
    expect((await open(await start("attack", options)))[1].body.proof).toBe("required");
  });
});

it("the measure of an attack is the same to the second for two instances on PostgreSQL, who add to it together", async () => {
  const clock = clockOfToday();
  const options = { databaseUrl: await postgresUrl(), sessionSecret: "s".repeat(32), clock };
  const [one, other] = [await start("attack", options), await start("attack", options)];
  for (const bff of [one, other]) {
    for (const { status } of await flood(bff, 3)) expect(status).not.toBe(403);
  }
  for (let second = 0; second < 2; second++) {
    clock.advance(1000);
    for (const bff of [one, other]) await open(bff);
  }
  for (const bff of [one, other]) expect((await open(bff))[1].body.proof).toBe("required");
});

/** Changes the contents of a proof, so that its signature no longer matches. */
const changed = (proof: string, parameters: object, solution: object = {}): string => {
  const { challenge, ...rest } = JSON.parse(atob(proof)) as Proof;
  return btoa(
    JSON.stringify({
      challenge: { ...challenge, parameters: { ...challenge.parameters, ...parameters } },
      solution: { ...rest.solution, ...solution },
    }),
  );
};

describe("a proof is refused", () => {
  it.each<[string, (visitor: Visitor, bff: TestBff) => Promise<string> | string]>([
    ["when it is no base64", () => "§§§"],
    ["when it is no JSON", () => btoa("proof")],
    ["when it is something else", () => btoa("[1,2]")],
    ["without a solution", async (v) => btoa(JSON.stringify({ challenge: await challengeFor(v) }))],
    ["when it was never solved", async (v) => changed(await proofFor(v), {}, { derivedKey: "0".repeat(64) })],
    ["for another algorithm", async (v) => changed(await proofFor(v), { algorithm: "SHA-256" })],
    ["for a cost of nothing", async (v) => changed(await proofFor(v), { cost: 0 })],
    ["for a cost of its own", async (v) => changed(await proofFor(v), { cost: 1 })],
    ["with a prefix of its own", async (v) => changed(await proofFor(v), { keyPrefix: "0".repeat(32) })],
    ["with an expiry of its own", async (v) => changed(await proofFor(v), { expiresAt: 4_000_000_000 })],
    ["with a member of its own", async (v) => changed(await proofFor(v), { memoryCost: 1 })],
    [
      "with a signature of its own",
      async (v) => {
        const { challenge, solution } = JSON.parse(atob(await proofFor(v))) as Proof;
        return btoa(JSON.stringify({ challenge: { ...challenge, signature: "0".repeat(64) }, solution }));
      },
    ],
    ["when it was solved in another session", async (_v, bff) => proofFor((await open(bff))[0])],
    [
      "when it was solved with another tenant",
      async (_v, bff) => {
        const visitor = bff.visitor();
        await visitor.open("careful", CAREFUL);
        return solveProof(await challengeFor(visitor, CAREFUL));
      },
    ],
    [
      "when the session it was solved in was left for another",
      async (visitor) => {
        const proof = await proofFor(visitor);
        await visitor.send("DELETE", "/session");
        await visitor.open();
        return proof;
      },
    ],
  ])("%s", async (_when, proofOf) => {
    const bff = await start("anonymous");
    const [visitor] = await open(bff);
    const proof = await proofOf(visitor, bff);
    expect(codeOf(await visitor.call({ ...CALL, proof }))).toEqual(INVALID);
    expect(bff.uis.records).toEqual([]);
    expect(await bff.database.query.selectFrom("calls").select("id").execute()).toEqual([]);
    expect(await bff.database.query.selectFrom("intents").select("call_id").execute()).toEqual([]);
  });

  it("when it is five minutes old", async () => {
    const clock = clockOfToday();
    const bff = await start("anonymous", { clock });
    const [visitor] = await open(bff);
    const [early, late] = [await proofFor(visitor), await proofFor(visitor)];
    clock.advance(5 * MINUTE - 5000);
    expect((await visitor.call({ ...CALL, proof: early })).status).not.toBe(403);
    clock.advance(5000);
    expect(codeOf(await visitor.call({ ...CALL, proof: late }))).toEqual(INVALID);
  });
});

describe.each(engines)("a solved proof on %s", (_name, newUrl) => {
  it("is good for exactly one of a hundred calls asked for at once", async () => {
    const bff = await start("anonymous", { databaseUrl: await newUrl() });
    const [visitor] = await open(bff);
    const proof = await proofFor(visitor);
    const answers = await Promise.all(
      Array.from({ length: 100 }, (_, n) =>
        visitor.call({ ...CALL, phone: `8 900 000-${String(1000 + n)}`, proof }),
      ),
    );
    const refused = answers.filter(({ status }) => status === 403);
    expect(refused.map(({ body }) => body.code)).toEqual(Array(99).fill("proof_invalid"));
    const [accepted] = answers.filter(({ status }) => status !== 403);
    await visitor.until(accepted?.body.id ?? "", "placed");
    expect(bff.uis.received("place_calls")).toHaveLength(1);
    expect(await bff.database.query.selectFrom("calls").select("id").execute()).toHaveLength(1);
    expect(await bff.database.query.selectFrom("intents").select("call_id").execute()).toHaveLength(1);
    expect(codeOf(await visitor.call({ ...CALL, proof }))).toEqual(INVALID);
  });

  it("is not required again for a repeat of the same call", async () => {
    const clock = clockOfToday();
    const bff = await start("anonymous", { databaseUrl: await newUrl(), clock });
    const [visitor] = await open(bff);
    const key = { "idempotency-key": randomUUID() };
    const proof = await proofFor(visitor);
    const first = await visitor.call({ ...CALL, proof }, key);
    expect(first.status).not.toBe(403);
    clock.advance(6 * MINUTE);
    for (const again of [CALL, { ...CALL, proof }, { ...CALL, proof: "x" }]) {
      const repeat = await visitor.call(again, key);
      expect([repeat.headers["idempotency-replayed"], repeat.body.id]).toEqual(["true", first.body.id]);
    }
    const other = await visitor.call({ ...CALL, phone: "8 900 000-00-02" }, key);
    expect(other.body.code).toBe("idempotency_conflict");
    // Idempotency keys belong to a session, so the same key is new in another session.
    expect(codeOf(await (await open(bff))[0].call(CALL, key))).toEqual(REQUIRED);
  });

  it("is not used up by a call that is refused for another reason", async () => {
    const bff = await start("anonymous", { databaseUrl: await newUrl() });
    const [visitor] = await open(bff);
    const proof = await proofFor(visitor);
    const past = new Date(Date.now() - MINUTE).toISOString();
    expect((await visitor.call({ ...CALL, proof, phone: "call me" })).body.code).toBe("phone_invalid");
    expect((await visitor.call({ ...CALL, proof, at: past })).body.code).toBe("invalid_request");
    expect((await visitor.call({ ...CALL, proof })).status).not.toBe(403);
  });
});

it("counts of tries are deleted once they no longer matter, and no sooner", async () => {
  const clock = clockOfToday();
  const bff = await start("anonymous", { clock });
  const cipher = await openNumberCipher(bff.database, [new Secret(bff.sessionSecret)]);
  const meter = new AttackMeter(bff.database, cipher, clock);
  const [visitor] = await open(bff);
  await visitor.call({ ...CALL, proof: await proofFor(visitor) });
  clock.advance(1000);
  // Makes the meter write its counts to the database.
  await challengeFor(visitor);
  const left = async () => {
    await meter.prune();
    const tries = await bff.database.query.selectFrom("anonymous_tries").select("tries").execute();
    return tries.length;
  };
  clock.advance(3 * MINUTE);
  expect(await left()).toBe(1);
  clock.advance(2 * MINUTE);
  expect(await left()).toBe(0);
});
