import type { ProofChallenge } from "@uis-call/shared";
import type { Precondition } from "../calls/ledger.js";
import type { Tenant } from "../config/configuration.js";
import { Refusal } from "../refusal.js";
import type { AddressNumbers } from "./address-numbers.js";
import type { AttackMeter, Sender } from "./attack-meter.js";
import { consume, type OneTimeToken } from "../store/once.js";
import type { CheckedProof, Client, ProofDesk } from "./proof.js";

/** Maximum number of tries that a challenge needs while there is no attack. Each step of the attack doubles it. */
const TRIES = 200;

/** What is needed about a visitor and a request to decide on proofs of work. */
export interface Visitor extends Client {
  /** IP address of the client, as Express determines it. */
  ip: string | undefined;
  /** The user, if the host site has identified the visitor. */
  user?: object;
}

/** Result of checking a proof. */
export interface Judgement {
  /** Refusal of a missing or invalid proof. The caller ignores it if the request is a repeat of an accepted one. */
  refusal?: Refusal;
  /** Precondition that marks the proof as used when the call is stored. Absent if no proof is required. */
  check?: Precondition;
}

/** Decides which visitors must send a proof of work with a call request, and how hard the proof is. */
export class ProofGate {
  readonly #desk: ProofDesk;
  readonly #meter: AttackMeter;
  readonly #addresses: AddressNumbers;

  constructor(desk: ProofDesk, meter: AttackMeter, addresses: AddressNumbers) {
    this.#desk = desk;
    this.#meter = meter;
    this.#addresses = addresses;
  }

  /** Whether a call request of this visitor needs a proof of work now. */
  async asks(tenant: Tenant, visitor: Pick<Visitor, "user" | "principal" | "ip">): Promise<boolean> {
    if (visitor.user !== undefined || tenant.proof === "never") return false;
    return tenant.proof === "anonymous" || (await this.#step(tenant, visitor)) > 0;
  }

  /**
   * Creates a challenge. It is as hard as the attack on the tenant or the requests from the visitor's session
   * and address make necessary.
   */
  async challenge(tenant: Tenant, visitor: Visitor): Promise<ProofChallenge> {
    const asks = visitor.user === undefined && tenant.proof !== "never";
    return this.#desk.challenge(visitor, TRIES * 2 ** (asks ? await this.#step(tenant, visitor) : 0));
  }

  /** Returns by how many steps the proofs of an anonymous visitor are harder. */
  async #step(tenant: Tenant, visitor: Sender): Promise<number> {
    const attack = await this.#meter.step(tenant.id, visitor);
    return Math.max(attack, await this.#addresses.step(tenant, visitor.ip));
  }

  /** Checks the proof of a call request. If no proof is required, a request without a proof passes. */
  async judge(tenant: Tenant, visitor: Visitor, proof: string | undefined): Promise<Judgement> {
    if (visitor.user === undefined && tenant.proof !== "never") this.#meter.note(tenant.id, visitor);
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

/**
 * Returns a precondition that marks a proof as used. If a proof is used several times at the same moment, only
 * the first use succeeds.
 */
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
