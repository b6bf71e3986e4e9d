import { expect, it } from "vitest";
import { TestClock } from "../clock.harness.js";
import type { Tenant } from "../config/configuration.js";
import { Secret } from "../config/secret.js";
import { solveProof } from "../proof-solver.harness.js";
import { openDatabase } from "../store/database.js";
import { AttackMeter } from "./attack-meter.js";
import { createProofDesk, type ProofDesk } from "./proof.js";
import { ProofGate } from "./proof-gate.js";

const tenant = { id: "acme", proof: "attack" } as Tenant;
const visitor = { tenant: "acme", principal: "somebody" };
const secretOf = (letter: string): Secret => new Secret(letter.repeat(32));

it("asks for at most 200 tries, and for twice as many at each doubling of an attack, up to 1600", async () => {
  const db = await openDatabase("sqlite::memory:");
  const clock = new TestClock();
  const asked: number[] = [];
  const desk = {
    challenge: (_asker, most) => {
      asked.push(most);
      return Promise.reject(new Error("only asked"));
    },
  } as ProofDesk;
  const gate = new ProofGate(desk, new AttackMeter(db, clock), clock);
  for (const calls of [0, 49, 1, 49, 1, 99, 1, 200, 1000]) {
    for (let n = 0; n < calls; n++) await gate.judge(tenant, visitor, undefined);
    await gate.challenge(tenant, visitor).catch(() => undefined);
    clock.advance(1000);
  }
  expect(asked).toEqual([200, 200, 400, 400, 800, 800, 1600, 1600, 1600]);
  await db.close();
});

it("takes what was signed under an older secret, as long as that is still listed", async () => {
  const clock = new TestClock();
  clock.advance(Date.now() - clock.now().getTime());
  const deskOf = (...letters: string[]) => createProofDesk(letters.map(secretOf), clock);
  const proof = await solveProof(await deskOf("a").challenge(visitor, 20));
  await expect(deskOf("b", "a").check(proof, visitor)).resolves.toHaveProperty("nonce");
  await expect(deskOf("b").check(proof, visitor)).rejects.toHaveProperty("code", "proof_invalid");
});
