import type { Call } from "@uis-call/shared";
import type { BffClient } from "./client.js";
import type { ApiError } from "./errors.js";
import { ProofOfWork } from "../lazy/proof-of-work.js";
import type { ProofChallenge } from "../lazy/proof.js";

/** How often a call is asked for, whatever it lacked each time. */
const TRIES = 3;

/**
 * What may stand between a request and its call: a session that is over, or a proof of work. Of one session, and loaded
 * where there is such a thing.
 */
export class CallRetry {
  readonly #client: BffClient;
  readonly #proof: ProofOfWork;
  #required: boolean;

  /** @param required whether a proof is asked for */
  constructor(client: BffClient, required: boolean) {
    this.#client = client;
    this.#proof = new ProofOfWork(() => client.send<ProofChallenge>({ method: "GET", path: "/proof" }));
    this.#required = required;
  }

  /** Begins with what the next call needs and takes a while. */
  prepare(): void {
    if (this.#required) this.#proof.get().catch(() => undefined);
  }

  /**
   * @param refusal what became of it without us
   * @param waits is told when a proof has to be worked out first
   * @throws ApiError where nothing helps
   */
  async place(
    send: (proof?: string) => Promise<Call>,
    refusal: ApiError | undefined,
    waits?: () => void,
  ): Promise<Call> {
    if (refusal !== undefined) await this.#mend(refusal);
    for (let tries = refusal === undefined ? 1 : 2; ; tries += 1) {
      try {
        const call = await send(await this.#getProof(waits));
        this.#proof.drop();
        return call;
      } catch (error) {
        if (tries === TRIES) throw error;
        await this.#mend(error as ApiError);
      }
    }
  }

  async #getProof(waits?: () => void): Promise<string | undefined> {
    if (!this.#required) return undefined;
    if (!this.#proof.ready) waits?.();
    return this.#proof.get();
  }

  /** Gets what a refused call was lacking. @throws ApiError the refusal, where nothing would help */
  async #mend(refusal: ApiError): Promise<void> {
    const { code } = refusal;
    if (code === "session_required" || code === "csrf_failed")
      this.#required = (await this.#client.openSession()).proof === "required";
    else if (code === "proof_required" || code === "proof_invalid") this.#required = true;
    else throw refusal;
    this.#proof.drop();
  }
}
