import type { ProofChallenge } from "@uis-call/shared";
import type { Precondition } from "../calls/ledger.js";
import type { Tenant } from "../config/configuration.js";
import { Refusal } from "../refusal.js";
import type { AddressNumbers } from "./address-numbers.js";
import type { AttackMeter } from "./attack-meter.js";
import { consume, type OneTimeToken } from "../store/once.js";
import type { CheckedProof, Client, ProofDesk } from "./proof.js";

/** Most tries that a challenge takes without an attack; doubled at each step. */
const TRIES = 200;

/** Visitor and request, as far as proofs need them. */
export interface Visitor extends Client {
  /** Client address as Express gives it. */
  ip: string | undefined;
  /** Present when the host site identifies the visitor. */
  user?: object;
}

/** Result of checking a proof. */
export interface Judgement {
  /** The proof is missing or wrong. The caller ignores this for a repeat of an accepted request. */
  refusal?: Refusal;
  /** Precondition that uses the proof up together with the call; absent when no proof is required. */
  check?: Precondition;
}

/** Decides which visitors prove work before a call, and how much. */
export class ProofGate {
  readonly #desk: ProofDesk;
  readonly #meter: AttackMeter;
  readonly #addresses: AddressNumbers;

  constructor(desk: ProofDesk, meter: AttackMeter, addresses: AddressNumbers) {
    this.#desk = desk;
    this.#meter = meter;
    this.#addresses = addresses;
  }

  /** Whether a call of this visitor requires a proof now. */
  async asks(tenant: Tenant, { user, ip }: Pick<Visitor, "user" | "ip">): Promise<boolean> {
    if (user !== undefined || tenant.proof === "never") return false;
    if (tenant.proof === "anonymous" || (await this.#meter.step(tenant.id)) > 0) return true;
    return (await this.#addresses.step(tenant, ip)) > 0;
  }

  /** Makes a challenge, as hard as the attack on the tenant, or the visitor's address, requires. */
  async challenge(tenant: Tenant, visitor: Visitor): Promise<ProofChallenge> {
    return this.#desk.challenge(visitor, TRIES * 2 ** (await this.#step(tenant, visitor)));
  }

  async #step(tenant: Tenant, { user, ip }: Visitor): Promise<number> {
    if (user !== undefined || tenant.proof === "never") return 0;
    return Math.max(await this.#meter.step(tenant.id), await this.#addresses.step(tenant, ip));
  }

  /** Checks the proof of a call request. No proof passes where none is required. */
  async judge(tenant: Tenant, visitor: Visitor, proof: string | undefined): Promise<Judgement> {
    if (visitor.user === undefined && tenant.proof !== "never") this.#meter.note(tenant.id);
    if (!(await this.asks(tenant, visitor))) return {};
    if (proof === undefined) {
      return refused(
        new Refusal("proof_required", "solve a challenge of GET /proof and send it as proof", {
          at: "proof",
        }),
      );
    }
    try {
      return { check: once(await this.#desk.check(proof, visitor), tenant.id) };
    } catch (error) {
      if (error instanceof Refusal) return refused(error);
      throw error;
    }
  }
}

const refused = (refusal: Refusal): Judgement => ({ refusal, check: () => Promise.resolve({ refusal }) });

/** Uses a proof up. Of simultaneous uses, the first wins. */
const once =
  ({ nonce, ...times }: CheckedProof, tenant: string): Precondition =>
  async (transaction) => {
    const token: OneTimeToken = { kind: "proof", tenant, id: nonce, ...times };
    if (await consume(transaction, token)) return { consumed: [token] };
    return {
      refusal: new Refusal("proof_invalid", "it was used before: solve another challenge of GET /proof", {
        at: "proof",
      }),
    };
  };
