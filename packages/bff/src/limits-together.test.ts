import { randomUUID } from "node:crypto";
import { SCANNED } from "@uis-call/testing/acme";
import { engines } from "@uis-call/testing/databases";
import { solveProof } from "@uis-call/testing/proof-solver";
import type { TestBff } from "@uis-call/testing/test-bff";
import { clockOfToday, type TestClock } from "@uis-call/testing/test-clock";
import type { CallAnswer, Visitor } from "@uis-call/testing/visitor";
import type { SessionData } from "express-session";
import { afterEach, describe, expect, it } from "vitest";
import { LIMIT_DESCRIPTIONS, type LimitName } from "./config/limit-descriptions.js";
import { Secret } from "./config/secret.js";
import { createProofDesk } from "./policy/proof.js";
import { addressOf, insist, numbered, start, stopAll, times, visitorAt } from "./rate-tiers.harness.js";
import { createIdentityToken, sealNumber } from "./tokens.js";

afterEach(stopAll);

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

const SETTINGS = [
  "proof: attack",
  "identity: { secret: { env: IDENTITY_SECRET } }",
  "sealing: { key: { env: SEALING_KEY } }",
].join("\n    ");
const TARGETS = ["one", "other"]
  .map((id) => `${id}: { title: Supplier, office: sealed, visitor: asked }`)
  .join("\n      ");

/** Returns what became of a request. */
const stateOf = ({ status, body }: CallAnswer): string => {
  if (status >= 300) return body.code;
  return ["held", "waiting"].includes(body.status) ? body.status : "dialled";
};

/** A backend with all default limits and the default rule for proofs of work. */
class Scene {
  readonly bff: TestBff;
  readonly clock: TestClock;
  #numbers = 0;
  #people = 0;

  constructor(bff: TestBff, clock: TestClock) {
    this.bff = bff;
    this.clock = clock;
  }

  /** An anonymous visitor. Default: at an address of its own. */
  visitor(ip = addressOf(this.#people++)): Promise<Visitor> {
    return visitorAt(this.bff, ip);
  }

  /** An identified user. All of them share one address. */
  async user(sub = `user-${String(this.#people++)}`): Promise<Visitor> {
    const user = this.bff.visitor();
    user.headers = { "x-forwarded-for": "203.0.113.7" };
    const token = await createIdentityToken(
      { tenant: "acme", sub },
      SCANNED.identitySecret,
      this.clock.now(),
    );
    expect((await insist(() => user.open("acme", {}, token))).status).toBe(200);
    return user;
  }

  /** Requests a call, by default to a new number. Computes a proof of work if the backend requires one. */
  async ask(visitor: Visitor, call: object = {}): Promise<string> {
    const wanted = { ...numbered(this.#numbers++), ...call };
    const key = { "idempotency-key": randomUUID() };
    const answer = await insist(() => visitor.call(wanted, key));
    if (answer.body.code !== "proof_required") return this.#settled(visitor, answer);
    const proof = await this.#proofOf(visitor);
    return this.#settled(visitor, await insist(() => visitor.call({ ...wanted, proof }, key)));
  }

  /** Requests calls at the same moment. Returns how many requests ended in each way. */
  async together(calls: Promise<string>[]): Promise<Record<string, number>> {
    return countOf(await Promise.all(calls));
  }

  /** Has all phones answered, so that the backend can stop. */
  answer(): void {
    this.bff.uis.exchange.change({ answerByThemselves: { visitor: 0, office: 0 } });
  }

  /** Waits until a call that is dialled is over, so that it is in no other call's way. */
  async #settled(visitor: Visitor, answer: CallAnswer): Promise<string> {
    const state = stateOf(answer);
    if (state === "dialled" && this.bff.uis.exchange.settings.answersWhen === "accepted")
      await visitor.until(answer.body.id, "placed");
    return state;
  }

  /** Solves a challenge that needs one try. Those of the backend need hundreds. */
  async #proofOf({ csrfToken }: Visitor): Promise<string> {
    const { data } = await this.bff.database.query
      .selectFrom("sessions")
      .select("data")
      .where("data", "like", `%${csrfToken ?? ""}%`)
      .executeTakeFirstOrThrow();
    const { uisCall } = JSON.parse(data) as Pick<SessionData, "uisCall">;
    const desk = createProofDesk([new Secret(this.bff.sessionSecret)], this.clock);
    return solveProof(await desk.challenge({ tenant: "acme", principal: uisCall!.principal }, 1));
  }
}

const countOf = (states: (string | number)[]): Record<string, number> => {
  const counts: Record<string, number> = {};
  for (const state of states) counts[state] = (counts[state] ?? 0) + 1;
  return counts;
};

/** Sixty sessions of an address with three numbers each, a minute apart, until `numbers` have been requested. */
async function fromOneAddress(scene: Scene, numbers: number): Promise<string[]> {
  const states: string[] = [];
  while (states.length < numbers) {
    const visitors = await Promise.all(times(20, () => scene.visitor("203.0.113.7")));
    for (let n = 0; n < 3; n++) {
      const some = visitors.slice(0, numbers - states.length);
      states.push(...(await Promise.all(some.map((visitor) => scene.ask(visitor)))));
    }
    scene.clock.advance(2 * MINUTE);
  }
  return states;
}

/** Calls by identified users to new numbers, all dialled. Each user calls fifty times. */
async function byUsers(scene: Scene, calls: number, call: object): Promise<void> {
  for (let done = 0; done < calls; done += 50) {
    const user = await scene.user();
    for (let n = 0; n < 50; n += 10)
      expect(await scene.together(times(10, () => scene.ask(user, call)))).toEqual({ dialled: 10 });
  }
}

const SCENARIOS: Record<LimitName, (scene: Scene) => Promise<void>> = {
  async number(scene) {
    const ask = async () => scene.ask(await scene.visitor(), { phone: "8 900 000-00-01" });
    const asked = async (count: number) => {
      const states = [];
      for (let n = 0; n < count; n++) states.push(await ask());
      return states;
    };
    expect(await asked(8)).toEqual([...times(7, () => "dialled"), "held"]);
    scene.clock.advance(15 * MINUTE);
    expect(await asked(3)).toEqual([...times(2, () => "dialled"), "held"]);
    scene.clock.advance(45 * MINUTE);
    expect(await asked(7)).toEqual([...times(6, () => "dialled"), "held"]);
  },

  async office(scene) {
    let calls = 0;
    const sealed = async () => {
      const target = calls++ % 2 === 0 ? "one" : "other";
      const phone = "+79000000500";
      const claims = { tenant: "acme", target, phone };
      return { target, sealedNumber: await sealNumber(claims, SCANNED.sealingKey, scene.clock.now()) };
    };
    for (let done = 0; done < 500;) {
      const hours = Math.min(60, 500 - done);
      for (let n = 0; n < hours; n += 10, done += 10) {
        const user = await scene.user();
        const some = times(10, async () => scene.ask(user, await sealed()));
        expect(await scene.together(some)).toEqual({ dialled: 10 });
        if (done === 0) expect(await scene.ask(user, await sealed())).toBe("held");
        scene.clock.advance(MINUTE);
      }
      expect(await scene.ask(await scene.user(), await sealed())).toBe("held");
      scene.clock.advance(HOUR);
    }
    expect(await scene.ask(await scene.user(), await sealed())).toBe("held");
  },

  async "distinctNumbers.session"(scene) {
    const visitor = await scene.visitor();
    for (let n = 0; n < 3; n++) expect(await scene.ask(visitor)).toBe("dialled");
    expect(await scene.ask(visitor)).toBe("rate_limited");
    const patient = await scene.visitor();
    for (let n = 0; n < 2; n++) expect(await scene.ask(patient)).toBe("dialled");
    const stay = async () => {
      for (let n = 0; n < 4; n++) {
        scene.clock.advance(16 * MINUTE);
        await patient.open();
      }
    };
    await stay();
    for (let n = 0; n < 2; n++) expect(await scene.ask(patient)).toBe("dialled");
    await stay();
    expect(await scene.ask(patient)).toBe("rate_limited");
  },

  async "distinctNumbers.identity"(scene) {
    await byUsers(scene, 50, {});
  },

  async "addressNumbers.proof"(scene) {
    for (let n = 0; n < 30; n++) {
      const visitor = await scene.visitor("203.0.113.7");
      expect(stateOf(await visitor.call(numbered(n)))).toBe("dialled");
      scene.clock.advance(MINUTE);
    }
    const visitor = await scene.visitor("203.0.113.7");
    expect(stateOf(await visitor.call(numbered(31)))).toBe("proof_required");
    expect(stateOf(await (await scene.visitor()).call(numbered(31)))).toBe("dialled");
  },

  async "addressNumbers.keep"(scene) {
    expect(await fromOneAddress(scene, 120)).toEqual([
      ...times(100, () => "dialled"),
      ...times(20, () => "held"),
    ]);
    expect(await scene.ask(await scene.visitor())).toBe("dialled");
  },

  async "addressNumbers.refuse"(scene) {
    const states = await fromOneAddress(scene, 1020);
    expect(countOf(states)).toEqual({ dialled: 100, held: 900, rate_limited: 20 });
    expect(countOf(states.slice(1000))).toEqual({ rate_limited: 20 });
    expect(await scene.ask(await scene.visitor())).toBe("dialled");
  },

  async address(scene) {
    const open = async (ip: string) => {
      const visitor = scene.bff.visitor();
      return (await insist(() => visitor.open("acme", { "x-forwarded-for": ip }))).status;
    };
    for (let minute = 0; minute < 10; minute++) {
      expect(countOf(await Promise.all(times(60, () => open("203.0.113.7"))))).toEqual({ 200: 60 });
      expect(await open("203.0.113.7")).toBe(429);
      scene.clock.advance(MINUTE);
    }
    expect(await open("203.0.113.7")).toBe(429);
    expect(await open("203.0.113.8")).toBe(200);
    await scene.user();
  },

  async session(scene) {
    const visitor = await scene.visitor();
    const ask = (n: number) => scene.ask(visitor, numbered(n % 2));
    for (let round = 0; round < 3; round++) {
      for (let n = 0; n < 10; n++) {
        expect(await ask(n)).toMatch(/^(dialled|held)$/);
        scene.clock.advance(MINUTE);
      }
      expect(await ask(0)).toBe("rate_limited");
      scene.clock.advance(5 * MINUTE);
    }
    expect(await ask(0)).toBe("rate_limited");
  },

  async identity(scene) {
    for (let done = 0; done < 500;) {
      const user = await scene.user("operator");
      const hour = Math.min(60, 500 - done);
      for (let n = 0; n < hour; n += 10, done += 10) {
        const target = done % 20 === 0 ? "sales" : "support";
        expect(await scene.together(times(10, () => scene.ask(user, { target })))).toEqual({ dialled: 10 });
      }
      expect(await scene.ask(user)).toBe("held");
      scene.clock.advance(HOUR);
    }
    expect(await scene.ask(await scene.user("operator"))).toBe("held");
    expect(await scene.ask(await scene.user("another"))).toBe("dialled");
  },

  async target(scene) {
    await byUsers(scene, 500, { target: "sales" });
    expect(await scene.ask(await scene.user(), { target: "sales" })).toBe("held");
    expect(await scene.ask(await scene.user(), { target: "support" })).toBe("dialled");
  },

  async tenant(scene) {
    await byUsers(scene, 500, { target: "sales" });
    await byUsers(scene, 500, { target: "support" });
    const phone = "+79000000500";
    const sealedNumber = await sealNumber(
      { tenant: "acme", target: "one", phone },
      SCANNED.sealingKey,
      scene.clock.now(),
    );
    expect(await scene.ask(await scene.user(), { target: "one", sealedNumber })).toBe("held");
    const elsewhere = await visitorAt(scene.bff, "203.0.113.9", "careful");
    expect(stateOf(await elsewhere.call({ ...numbered(5000), consent: true }))).toBe("dialled");
  },

  async "concurrency.target"(scene) {
    scene.bff.uis.exchange.change({ answersWhen: "carried-out" });
    const user = await scene.user();
    expect(await scene.together(times(20, () => scene.ask(user)))).toEqual({ dialled: 20 });
    expect(await scene.ask(user)).toBe("waiting");
    expect(await scene.ask(user, { target: "support" })).toBe("dialled");
    scene.answer();
  },

  async "concurrency.tenant"(scene) {
    scene.bff.uis.exchange.change({ answersWhen: "carried-out" });
    const user = await scene.user();
    const sealed = async (target: string, n: number) => {
      const claims = { tenant: "acme", target, phone: `+79000002${String(100 + n)}` };
      const sealedNumber = await sealNumber(claims, SCANNED.sealingKey, scene.clock.now());
      return scene.ask(user, { target, sealedNumber });
    };
    expect(await scene.together(times(20, () => scene.ask(user)))).toEqual({ dialled: 20 });
    expect(await scene.together(times(20, (n) => sealed("one", n)))).toEqual({ dialled: 20 });
    expect(await scene.together(times(10, (n) => sealed("other", n + 20)))).toEqual({ dialled: 10 });
    expect(await sealed("other", 30)).toBe("waiting");
    scene.answer();
  },
};

describe.each(engines)("with all default limits in force, on %s,", (_name, newUrl) => {
  it.each(Object.keys(LIMIT_DESCRIPTIONS) as LimitName[])(
    "the limit %s applies at its number",
    { timeout: 240_000 },
    async (name) => {
      const clock = clockOfToday();
      const bff = await start({
        databaseUrl: await newUrl(),
        clock,
        tenant: SETTINGS,
        targets: TARGETS,
        configure: (configuration) => configuration,
      });
      await SCENARIOS[name](new Scene(bff, clock));
    },
  );
});
