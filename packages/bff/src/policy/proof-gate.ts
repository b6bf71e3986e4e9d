import type { ProofChallenge } from "@uis-call/shared";
import type { Precondition } from "../calls/ledger.js";
import type { Tenant } from "../config/configuration.js";
import { Refusal } from "../refusal.js";
import type { AddressNumbers } from "./address-numbers.js";
import type { AttackMeter } from "./attack-meter.js";
import { consume, type OneTimeToken } from "../store/once.js";
import type { CheckedProof, Client, ProofDesk } from "./proof.js";

/** Most tries that solving a challenge takes while nothing is wrong; doubled with each step of an attack. */
const TRIES = 200;

/** What of a session, and of the request made in it, matters here. */
export interface Visitor extends Client {
  /** As Express gives it. */
  ip: string | undefined;
  /** Set for whom the host site vouches. */
  user?: object;
}

/** What comes of looking at a proof. */
export interface Judgement {
  /** It does not do. A repeat of what was accepted is answered all the same. */
  refusal?: Refusal;
  /** Uses it up with the call, or refuses; absent where none is asked for. */
  check?: Precondition;
}

/** Who has to prove work before a call, and how much. */
export class ProofGate {
  readonly #desk: ProofDesk;
  readonly #meter: AttackMeter;
  readonly #addresses: AddressNumbers;

  constructor(desk: ProofDesk, meter: AttackMeter, addresses: AddressNumbers) {
    this.#desk = desk;
    this.#meter = meter;
    this.#addresses = addresses;
  }

  /** Whether a call of this visitor needs a proof now. */
  async asks(tenant: Tenant, { user, ip }: Pick<Visitor, "user" | "ip">): Promise<boolean> {
    if (user !== undefined || tenant.proof === "never") return false;
    if (tenant.proof === "anonymous" || (await this.#meter.step(tenant.id)) > 0) return true;
    return (await this.#addresses.step(tenant, ip)) > 0;
  }

  /** A challenge for this visitor: as hard as the attack on the tenant, or the visitor's address, makes it. */
  async challenge(tenant: Tenant, visitor: Visitor): Promise<ProofChallenge> {
    return this.#desk.challenge(visitor, TRIES * 2 ** (await this.#step(tenant, visitor)));
  }

  async #step(tenant: Tenant, { user, ip }: Visitor): Promise<number> {
    if (user !== undefined || tenant.proof === "never") return 0;
    return Math.max(await this.#meter.step(tenant.id), await this.#addresses.step(tenant, ip));
  }

  /** Judges the proof of a call that is asked for; none is needed where none is asked for. */
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

/** Uses a proof up: of simultaneous uses one is the first. */
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
