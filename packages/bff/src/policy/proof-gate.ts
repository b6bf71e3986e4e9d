import type { ProofChallenge } from "@uis-call/shared";
import type { ProofUse } from "../calls/used-proofs.js";
import type { Tenant } from "../config/configuration.js";
import { Refusal } from "../refusal.js";
import type { AttackMeter } from "./attack-meter.js";
import type { Asker, ProofDesk } from "./proof.js";

/** Most tries that solving a challenge takes while nothing is wrong; doubled with each step of an attack. */
const TRIES = 200;

/** What of a visit it matters here. */
export interface Visitor extends Asker {
  /** Set for whom the host site vouches. */
  user?: object;
}

/** Who has to prove work before a call, and how much. */
export class ProofGate {
  readonly #desk: ProofDesk;
  readonly #meter: AttackMeter;

  constructor(desk: ProofDesk, meter: AttackMeter) {
    this.#desk = desk;
    this.#meter = meter;
  }

  /** Whether a call of this visitor needs a proof now. */
  async asks(tenant: Tenant, { user }: Pick<Visitor, "user">): Promise<boolean> {
    if (user !== undefined || tenant.proof === "never") return false;
    return tenant.proof === "anonymous" || (await this.#meter.step(tenant.id)) > 0;
  }

  /** A challenge for this visitor, as hard as times are. */
  async challenge(tenant: Tenant, visitor: Visitor): Promise<ProofChallenge> {
    const step = tenant.proof === "never" ? 0 : await this.#meter.step(tenant.id);
    return this.#desk.challenge(visitor, TRIES * 2 ** step);
  }

  /**
   * Judges the proof of a call that is asked for; none is needed where none is asked for. The refusal is returned: a
   * repeat of what was accepted is not refused.
   */
  async judge(
    tenant: Tenant,
    visitor: Visitor,
    proof: string | undefined,
  ): Promise<ProofUse | null | Refusal> {
    if (visitor.user === undefined && tenant.proof !== "never") this.#meter.note(tenant.id);
    if (!(await this.asks(tenant, visitor))) return null;
    if (proof === undefined) {
      return new Refusal("proof_required", "solve a challenge of GET /proof and send it as proof", {
        at: "proof",
      });
    }
    try {
      return await this.#desk.check(proof, visitor);
    } catch (error) {
      if (error instanceof Refusal) return error;
      throw error;
    }
  }
}
