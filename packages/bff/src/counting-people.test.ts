import { randomUUID } from "node:crypto";
import { ProofChallenge } from "@uis-call/shared";
import { SCANNED } from "@uis-call/testing/acme";
import { engines } from "@uis-call/testing/databases";
import { solveProof } from "@uis-call/testing/proof-solver";
import type { TestBff } from "@uis-call/testing/test-bff";
import { clockOfToday, TestClock } from "@uis-call/testing/test-clock";
import type { CallAnswer, Visitor } from "@uis-call/testing/visitor";
import { afterEach, describe, expect, it } from "vitest";
import type { Configuration } from "./config/configuration.js";
import { LimitsSchema } from "./config/limits.js";
import {
  addressOf,
  insist,
  numbered,
  placed,
  start,
  stopAll,
  times,
  visitorAt,
} from "./rate-tiers.harness.js";
import { createIdentityToken } from "./tokens.js";

afterEach(stopAll);

const IDENTITY = "identity: { secret: { env: IDENTITY_SECRET } }";
/** Keeps the configured proof of work, which `start` switches off otherwise. */
const asConfigured = (configuration: Configuration): Configuration => configuration;

const hex = (n: number): string => n.toString(16);
/** Returns an address in the n-th /64 network of 2001:db8:1::/48. The /56 networks alternate. */
const inOne48 = (n: number): string => `2001:db8:1:${hex(((n & 255) << 8) | (n >> 8))}::7`;

const DIALLED = "dialled";
const HELD = "held";
const stateOf = ({ status, body }: CallAnswer): string =>
  status < 300 ? (body.status === "held" ? HELD : DIALLED) : body.code;

/** Sends a request from another address with a session that exists already. */
const from = (ip: string, visitor: Visitor): Visitor => {
  visitor.headers = { ...visitor.headers, "x-forwarded-for": ip };
  return visitor;
};

const needsProof = async (bff: TestBff, ip: string, tenant = "acme"): Promise<boolean> =>
  (await (await visitorAt(bff, ip, tenant)).open(tenant)).body.proof === "required";

async function operatorAt(bff: TestBff, ip: string, sub: string, now?: Date): Promise<Visitor> {
  const operator = bff.visitor();
  operator.headers = { "x-forwarded-for": ip };
  const token = await createIdentityToken({ tenant: "acme", sub }, SCANNED.identitySecret, now);
  expect((await operator.open("acme", {}, token)).status).toBe(200);
  return operator;
}

describe.each(engines)("on %s, with the default limits,", (_name, newUrl) => {
  it(
    "a thousand sessions of one /48 network for a thousand numbers are dialled two hundred times",
    { timeout: 180_000 },
    async () => {
      const clock = new TestClock();
      const bff = await start({ databaseUrl: await newUrl(), clock });
      const states: Record<string, number> = {};
      for (let n = 0; n < 1000; n += 10) {
        const answers = await Promise.all(
          times(10, async (m) => {
            const visitor = await visitorAt(bff, inOne48(n + m));
            const key = { "idempotency-key": randomUUID() };
            const call = { ...numbered(n + m), target: m % 2 === 0 ? "sales" : "support" };
            return insist(() => visitor.call(call, key));
          }),
        );
        for (const answer of answers) states[stateOf(answer)] = (states[stateOf(answer)] ?? 0) + 1;
        clock.advance(10_000);
      }
      expect(states).toEqual({ [DIALLED]: 200, [HELD]: 800 });
      await expect.poll(() => placed(bff)).toBe(200);
    },
  );

  it(
    "two hundred users whom the site identifies call from one address at once, and none is held or refused",
    { timeout: 120_000 },
    async () => {
      const clock = clockOfToday();
      const bff = await start({
        databaseUrl: await newUrl(),
        clock,
        tenant: `proof: attack\n    ${IDENTITY}`,
        configure: asConfigured,
      });
      const states = [];
      for (let n = 0; n < 200; n++) {
        const operator = await operatorAt(bff, "203.0.113.7", `operator-${String(n)}`, clock.now());
        expect((await operator.send("GET", "/proof")).status).toBe(200);
        states.push(stateOf(await operator.call(numbered(n))));
      }
      expect(states).toEqual(times(200, () => DIALLED));
      // The address is as good as new for a visitor who is not identified.
      expect(await needsProof(bff, "203.0.113.7")).toBe(false);
    },
  );
});

describe.each(engines)("the networks of an IPv6 address, on %s,", (_name, newUrl) => {
  /** Asks for a new number from each of the addresses. */
  async function asked(limits: string, addresses: string[]): Promise<string[]> {
    const bff = await start({ databaseUrl: await newUrl(), tenant: `limits: { ${limits} }` });
    const states = [];
    for (const [n, ip] of addresses.entries())
      states.push(stateOf(await from(ip, await visitorAt(bff, addressOf(n))).call(numbered(n))));
    return states;
  }

  const KEEP = "addressNumbers: { proof: none, keep: 2, refuse: none }";
  const REFUSE = "addressNumbers: { proof: none, keep: none, refuse: 2 }";

  it.each([
    ["/64: as many as an IPv4 address", (n: number) => `2001:db8:1:1::${hex(n + 1)}`, 2],
    ["/56: one and a half times as many", (n: number) => `2001:db8:1:1${hex(n)}::1`, 3],
    ["/48: twice as many", (n: number) => `2001:db8:1:${hex(n)}00::1`, 4],
  ])("hold further numbers, %s", async (_what, address, most) => {
    const held = [...times(most, () => DIALLED), ...times(2, () => HELD)];
    expect(await asked(KEEP, times(most + 2, address))).toEqual(held);
    const refused = [...times(most, () => DIALLED), ...times(2, () => "rate_limited")];
    expect(await asked(REFUSE, times(most + 2, address))).toEqual(refused);
  });

  it("hold nothing for a whole /32, which has many customers", async () => {
    const addresses = times(30, (n) => `2001:db8:${hex(n)}::1`);
    expect(await asked(KEEP, addresses)).toEqual(times(30, () => DIALLED));
    expect(await asked(REFUSE, addresses)).toEqual(times(30, () => DIALLED));
  });

  it("leave room in a /48 whose one /64 network is full, and count no number that is held", async () => {
    const bad = times(8, (n) => `2001:db8:1:1::${hex(n + 1)}`);
    const neighbours = ["2001:db8:1:2::1", "2001:db8:1:ff00::1", "2001:db8:1:fe00::1"];
    expect(await asked(KEEP, [...bad, ...neighbours])).toEqual([
      ...times(2, () => DIALLED),
      ...times(6, () => HELD),
      ...[DIALLED, DIALLED, HELD],
    ]);
  });

  it("ask for a proof of work at each width, a whole /32 at ten times as many numbers", async () => {
    const proofAfter = async (addresses: string[], next: string): Promise<boolean> => {
      const bff = await start({
        databaseUrl: await newUrl(),
        tenant: `proof: attack\n    limits: { addressNumbers: { proof: 2, keep: none, refuse: none } }`,
        configure: asConfigured,
      });
      for (const [n, ip] of addresses.entries())
        expect(stateOf(await from(ip, await visitorAt(bff, addressOf(n))).call(numbered(n)))).toBe(DIALLED);
      return needsProof(bff, next);
    };
    const in64 = times(2, (n) => `2001:db8:1:1::${hex(n + 1)}`);
    expect(await proofAfter(in64, "2001:db8:1:1::9")).toBe(true);
    expect(await proofAfter(in64, "2001:db8:1:2::9")).toBe(false);
    const in56 = times(3, (n) => `2001:db8:1:${hex(n)}::1`);
    expect(await proofAfter(in56, "2001:db8:1:9::1")).toBe(true);
    const in48 = times(4, (n) => `2001:db8:1:${hex(n)}00::1`);
    expect(await proofAfter(in48, "2001:db8:1:900::1")).toBe(true);
    expect(await proofAfter(in48, "2001:db8:2::1")).toBe(false);
    const in32 = times(20, (n) => `2001:db8:${hex(n)}::1`);
    expect(await proofAfter(in32.slice(1), "2001:db8:99::1")).toBe(false);
    expect(await proofAfter(in32, "2001:db8:99::1")).toBe(true);
    expect(await proofAfter(in32, "2001:db9::1")).toBe(false);
  });

  it("limit new sessions up to /48", async () => {
    const bff = await start({
      databaseUrl: await newUrl(),
      tenant: "limits: { address: [{ calls: 2, within: 1h }] }",
    });
    const opened = async (address: (n: number) => string) => {
      const statuses = [];
      for (let n = 0; n < 6; n++) statuses.push((await from(address(n), bff.visitor()).open("acme")).status);
      return statuses.filter((status) => status === 200).length;
    };
    expect(await opened((n) => `2001:db8:1:1::${hex(n + 1)}`)).toBe(2);
    expect(await opened((n) => `2001:db8:2:1${hex(n)}::1`)).toBe(3);
    expect(await opened((n) => `2001:db8:3:${hex(n)}00::1`)).toBe(4);
    expect(await opened((n) => `2001:db9:${hex(n)}::1`)).toBe(6);
  });
});

describe.each(engines)("an address, across tenants, on %s,", (_name, newUrl) => {
  it("needs a proof at twice the numbers of one tenant, and is never held for what it asked of others", async () => {
    const limits = (addressNumbers: object) => LimitsSchema.parse({ addressNumbers });
    const bff = await start({
      databaseUrl: await newUrl(),
      configure: ({ tenants: [acme, careful] }) => ({
        tenants: [
          { ...acme!, proof: "attack", limits: limits({ proof: 2, keep: 3, refuse: 4 }) },
          { ...careful!, proof: "attack", limits: limits({ proof: "none", keep: 100 }) },
        ],
      }),
    });
    const ask = async (n: number) =>
      (await visitorAt(bff, "203.0.113.7", "careful")).call({ ...numbered(n), consent: true });
    for (let n = 0; n < 3; n++) expect(stateOf(await ask(n))).toBe(DIALLED);
    expect(await needsProof(bff, "203.0.113.7")).toBe(false);
    for (let n = 3; n < 9; n++) expect(stateOf(await ask(n))).toBe(DIALLED);
    expect(await needsProof(bff, "203.0.113.8")).toBe(false);
    expect(await needsProof(bff, "203.0.113.7", "careful")).toBe(false);
    const visitor = await visitorAt(bff, "203.0.113.7");
    expect(stateOf(await visitor.call(numbered(20)))).toBe("proof_required");
    const { body } = await visitor.send("GET", "/proof");
    const proof = await solveProof(ProofChallenge.parse(body));
    expect(stateOf(await visitor.call({ ...numbered(20), proof }))).toBe(DIALLED);
  });
});

describe.each(engines)("users whom the site identifies, on %s,", (_name, newUrl) => {
  const limits = "limits: { address: [{ calls: 2, within: 1h }] }";

  it("open sessions where the address has no room for more visitors", async () => {
    const bff = await start({ databaseUrl: await newUrl(), tenant: `${IDENTITY}\n    ${limits}` });
    for (let n = 0; n < 2; n++) await visitorAt(bff, "203.0.113.7");
    expect((await from("203.0.113.7", bff.visitor()).open("acme")).status).toBe(429);
    const operator = await operatorAt(bff, "203.0.113.7", "operator-1");
    expect(stateOf(await operator.call(numbered(1)))).toBe(DIALLED);
  });

  it("are not taken at their word: tokens that fail count for the address", async () => {
    const bff = await start({ databaseUrl: await newUrl(), tenant: `${IDENTITY}\n    ${limits}` });
    const answers = [];
    const used = await createIdentityToken({ tenant: "acme", sub: "u-1" }, SCANNED.identitySecret);
    expect((await from("203.0.113.8", bff.visitor()).open("acme", {}, used)).status).toBe(200);
    for (const token of ["x.y.z", used, used, "x.y.z"])
      answers.push((await from("203.0.113.7", bff.visitor()).open("acme", {}, token)).body.code);
    expect(answers).toEqual(["identity_invalid", "identity_used", "rate_limited", "rate_limited"]);
  });

  it("get challenges by the user, not by the address", async () => {
    const bff = await start({ databaseUrl: await newUrl(), tenant: `${IDENTITY}\n    ${limits}` });
    const [one, other] = [
      await operatorAt(bff, "203.0.113.7", "operator-1"),
      await operatorAt(bff, "203.0.113.7", "operator-2"),
    ];
    const asked = [];
    for (const operator of [one, one, one, other]) asked.push((await operator.send("GET", "/proof")).status);
    expect(asked).toEqual([200, 200, 429, 200]);
  });
});

describe("the address that a proxy reports", () => {
  const limits = "limits: { address: [{ calls: 1, within: 1h }] }";
  const open = async (bff: TestBff, ip: string) => (await from(ip, bff.visitor()).open("acme")).status;

  it.each([
    ["203.0.113.7", "203.0.113.7:4711"],
    ["203.0.113.7", "::ffff:203.0.113.7"],
    ["203.0.113.7", "[::ffff:203.0.113.7]:4711"],
    ["2001:db8::1", "[2001:db8::1]"],
    ["2001:db8::1", "[2001:db8::1]:443"],
    ["2001:db8::1", '"[2001:db8::1]:443"'],
    ["203.0.113.7", "203.0.113.7:4711, 127.0.0.2:80"],
    ["2001:db8::1", "[2001:db8::1]:443, [::1]:80"],
  ])("is the same for %s and %s, and another one for another visitor", async (plain, written) => {
    const bff = await start({ tenant: limits });
    expect([await open(bff, plain), await open(bff, written)]).toEqual([200, 429]);
    expect(await open(bff, written.replace("113.7", "113.8").replace("db8:", "db9:"))).toBe(200);
    expect(bff.logged()).not.toContain("cannot be read");
  });

  it("warns once when it cannot be read, and does not make all visitors one", async () => {
    const bff = await start({
      clock: clockOfToday(),
      tenant: `proof: attack\n    ${limits}`,
      configure: asConfigured,
    });
    const unreadable = ["unknown", "_hidden", "203.0.113.7:x", "unix:", "203.0.113", "12345", "unknown"];
    const visitors = [];
    for (const ip of unreadable) visitors.push(await visitorAt(bff, ip));
    // Limits by address cannot apply to these visitors. They compute a proof instead.
    for (const [n, visitor] of visitors.entries()) {
      expect(stateOf(await visitor.call(numbered(n)))).toBe("proof_required");
      const { body } = await visitor.send("GET", "/proof");
      const proof = await solveProof(ProofChallenge.parse(body));
      expect(stateOf(await visitor.call({ ...numbered(n), proof }))).toBe(DIALLED);
    }
    const warnings = bff
      .logged()
      .split("\n")
      .filter((line) => line.includes("cannot be read"));
    expect(warnings).toHaveLength(1);
    expect(warnings[0]).not.toContain("203.0.113");
    expect(await needsProof(bff, "203.0.113.7")).toBe(false);
  });
});

describe.each(engines)("requests that are refused, on %s,", (_name, newUrl) => {
  const wrong = { target: "sales", phone: "8 900 000" };
  const startWithProofs = async () =>
    start({
      databaseUrl: await newUrl(),
      clock: clockOfToday(),
      tenant: "proof: attack",
      configure: asConfigured,
    });

  it("count for the session that sends them: the next visitor needs no proof", async () => {
    const bff = await startWithProofs();
    const sender = await visitorAt(bff, "203.0.113.7");
    const codes = [];
    for (let n = 0; n < 400; n++) codes.push(stateOf(await sender.call(wrong)));
    expect(codes.slice(0, 9)).toEqual(times(9, () => "phone_invalid"));
    expect(codes.slice(9)).toEqual(times(391, () => "proof_required"));
    expect(await needsProof(bff, "203.0.113.7")).toBe(false);
    expect(await needsProof(bff, "198.51.100.1")).toBe(false);
    expect((await sender.open()).body.proof).toBe("required");
  });

  it("count for the address that sends them in many sessions: visitors elsewhere need no proof", async () => {
    const bff = await startWithProofs();
    for (let n = 0; n < 20; n++) {
      const sender = await visitorAt(bff, "203.0.113.7");
      for (let m = 0; m < 9; m++) await sender.call(wrong);
    }
    expect(await needsProof(bff, "203.0.113.7")).toBe(true);
    expect(await needsProof(bff, "198.51.100.1")).toBe(false);
  });

  it("count for a /48 network together, however many /64 networks send them", async () => {
    const bff = await startWithProofs();
    for (let n = 0; n < 20; n++) {
      const sender = await visitorAt(bff, inOne48(n));
      for (let m = 0; m < 9; m++) await sender.call(wrong);
    }
    expect(await needsProof(bff, inOne48(200))).toBe(true);
    expect(await needsProof(bff, "2001:db8:2::1")).toBe(false);
  });

  it("are an attack on the tenant when they come from five addresses or more", async () => {
    const bff = await startWithProofs();
    for (let n = 0; n < 5; n++) {
      expect(await needsProof(bff, "198.51.100.1")).toBe(false);
      const senders = [await visitorAt(bff, addressOf(n)), await visitorAt(bff, addressOf(n))];
      for (let m = 0; m < 10; m++) await senders[m % 2]!.call(wrong);
    }
    expect(await needsProof(bff, "198.51.100.1")).toBe(true);
  });
});
