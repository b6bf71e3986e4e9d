import type { Proof } from "@uis-call/shared";
import { solveProof } from "@uis-call/testing/proof-solver";
import { clockOfToday, TestClock } from "@uis-call/testing/test-clock";
import { expect, it } from "vitest";
import type { Tenant } from "../config/configuration.js";
import { DEFAULT_LIMITS } from "../config/limits.js";
import { Secret } from "../config/secret.js";
import type { Refusal } from "../refusal.js";
import { type Database, openDatabase } from "../store/database.js";
import { count } from "../store/limit-counts.js";
import { type NumberCipher, openNumberCipher } from "../store/number-cipher.js";
import { AddressNumbers, addressTiers } from "./address-numbers.js";
import { AttackMeter } from "./attack-meter.js";
import { createProofDesk, type ProofDesk } from "./proof.js";
import { networksOf } from "./networks.js";
import { ProofGate } from "./proof-gate.js";

const tenant = { id: "acme", proof: "attack", limits: "none" } as Tenant;
const visitor = { tenant: "acme", principal: "somebody", ip: "203.0.113.7" };
const secretOf = (letter: string): Secret => new Secret(letter.repeat(32));

const openCipher = (db: Database): Promise<NumberCipher> => openNumberCipher(db, [secretOf("s")]);

/** Creates a gate that makes no challenges. It records how many tries each challenge would have needed. */
async function askingGate(db: Database, clock: TestClock) {
  const asked: number[] = [];
  const desk = {
    challenge: (_asker, most) => {
      asked.push(most);
      return Promise.reject(new Error("only asked"));
    },
  } as ProofDesk;
  const cipher = await openCipher(db);
  const addresses = new AddressNumbers(db, cipher, clock);
  const gate = new ProofGate(desk, new AttackMeter(db, cipher, clock), addresses);
  return { asked, gate };
}

let others = 0;
/** Has visitors request calls, each from an address of its own. */
async function attack(gate: ProofGate, who: Tenant, calls: number): Promise<void> {
  for (let n = 0; n < calls; n++) {
    const name = String(others++);
    await gate.judge(who, { ...visitor, principal: name, ip: `2001:db8:${name}::1` }, undefined);
  }
}

it("asks for at most 200 tries, and for twice as many at each doubling of an attack, up to 1600", async () => {
  const db = await openDatabase("sqlite::memory:");
  const clock = new TestClock();
  const { asked, gate } = await askingGate(db, clock);
  for (const calls of [0, 49, 1, 49, 1, 99, 1, 200, 1000]) {
    await attack(gate, tenant, calls);
    await gate.challenge(tenant, visitor).catch(() => undefined);
    clock.advance(1000);
  }
  expect(asked).toEqual([200, 200, 400, 400, 800, 800, 1600, 1600, 1600]);
  await db.close();
});

it("asks for twice as many at each doubling of an address's numbers; the greater of this and an attack counts", async () => {
  const db = await openDatabase("sqlite::memory:");
  const clock = new TestClock();
  const { asked, gate } = await askingGate(db, clock);
  const limited = { ...tenant, limits: DEFAULT_LIMITS } as Tenant;
  const networks = networksOf(await openCipher(db), visitor.ip);
  const [all] = addressTiers(limited, networks, DEFAULT_LIMITS.addressNumbers);
  const asks: boolean[] = [];
  const look = async (who = limited, from = visitor): Promise<void> => {
    asks.push(await gate.asks(who, from));
    await gate.challenge(who, from).catch(() => undefined);
  };
  for (const numbers of [29, 1, 29, 1, 59, 1, 120, 700]) {
    for (let n = 0; n < numbers; n++)
      await db.write("test", (transaction) => count(transaction, [all!.all], clock.now()));
    await look();
  }
  expect(asked.splice(0)).toEqual([200, 400, 400, 800, 800, 1600, 1600, 1600]);
  expect(asks.splice(0)).toEqual([false, true, true, true, true, true, true, true]);

  await look(limited, { ...visitor, ip: "203.0.113.8" });
  await look({ ...limited, id: "careful" });
  await look({ ...limited, limits: "none" });
  await look({ ...limited, proof: "never" });
  await look(limited, { ...visitor, user: {} } as typeof visitor);
  expect(asked.splice(0)).toEqual([200, 200, 200, 200, 200]);
  expect(asks.splice(0)).toEqual([false, false, false, false, false]);

  // For an IP address that has requested no number yet, the attack alone decides how hard the challenge is.
  await attack(gate, limited, 50);
  await look(limited, { ...visitor, ip: "203.0.113.8" });
  await look();
  expect(asked.splice(0)).toEqual([400, 1600]);
  clock.advance(60 * 60_000);
  await look();
  expect([asked, asks.pop()]).toEqual([[200], false]);
  await db.close();
});

it("takes what was signed under an older secret, as long as that is still listed", async () => {
  const clock = clockOfToday();
  const deskOf = (...letters: string[]) => createProofDesk(letters.map(secretOf), clock);
  const proof = await solveProof(await deskOf("a").challenge(visitor, 20));
  await expect(deskOf("b", "a").check(proof, visitor)).resolves.toHaveProperty("nonce");
  await expect(deskOf("b").check(proof, visitor)).rejects.toHaveProperty("code", "proof_invalid");
});

it("has a proof that is checked in its last moment used once, however long the database takes", async () => {
  const db = await openDatabase("sqlite::memory:");
  const clock = clockOfToday();
  const desk = createProofDesk([secretOf("a")], clock);
  const cipher = await openCipher(db);
  const addresses = new AddressNumbers(db, cipher, clock);
  const gate = new ProofGate(desk, new AttackMeter(db, cipher, clock), addresses);
  const proof = await solveProof(await desk.challenge(visitor, 20));
  const { parameters } = (JSON.parse(atob(proof)) as Proof).challenge;
  clock.advance(parameters.expiresAt * 1000 - 1 - clock.now().getTime());
  const always = { ...tenant, proof: "anonymous" as const };
  const judged = [await gate.judge(always, visitor, proof), await gate.judge(always, visitor, proof)];
  clock.advance(1);
  const codes = [];
  for (const { check } of judged)
    codes.push((await db.write("test", (transaction) => check?.(transaction) ?? never())).refusal?.code);
  expect(codes).toEqual([undefined, "proof_invalid"]);
  await db.close();
});

const never = (): never => {
  throw new Error("it is asked for");
};

it("makes no more than 64 challenges at once, and goes on once they are made", async () => {
  const desk = createProofDesk([secretOf("a")], new TestClock());
  const made = Array.from({ length: 80 }, () => desk.challenge(visitor, 20));
  const codes = (await Promise.allSettled(made)).map((one) =>
    one.status === "fulfilled" ? "made" : (one.reason as Refusal).code,
  );
  expect(codes).toEqual([...Array<string>(64).fill("made"), ...Array<string>(16).fill("overloaded")]);
  await expect(desk.challenge(visitor, 20)).resolves.toHaveProperty("signature");
});
