import type { Call, SessionResponse } from "@uis-call/shared";
import type { BffClient } from "./client.js";
import type { ApiError } from "./errors.js";
import { ProofOfWork } from "../lazy/proof-of-work.js";
import type { ProofChallenge } from "../lazy/proof.js";

/** Requests for one call at most, the first included. */
const TRIES = 3;

/**
 * Repeats a refused request for a call once it has what was missing: a new session, or a proof of work. One object per
 * session, loaded on the first need.
 */
export class CallRetry {
  readonly #client: BffClient;
  readonly #proof: ProofOfWork;
  #required: boolean;

  /** @param required whether the session demands a proof */
  constructor(client: BffClient, required: boolean) {
    this.#client = client;
    this.#proof = new ProofOfWork(() => client.send<ProofChallenge>({ method: "GET", path: "/proof" }));
    this.#required = required;
  }

  /** Starts the proof that the next call needs. */
  prepare(): void {
    if (this.#required) this.#proof.get().catch(() => undefined);
  }

  /**
   * @param refusal the error of the first request, if one was sent already
   * @param waits called when the visitor has to wait for a proof
   * @throws ApiError where a repeat would not help
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

  /** Obtains what the refused request lacked. @throws ApiError the same refusal, where a repeat would not help */
  async #mend(refusal: ApiError): Promise<void> {
    const { code } = refusal;
    if (code === "session_required" || code === "csrf_failed")
      this.#required = (await this.#openSession(code === "session_required")).proof === "required";
    else if (code === "proof_required" || code === "proof_invalid") this.#required = true;
    else throw refusal;
    this.#proof.drop();
  }

  /** Opens another session: by token where the cookie does not come back, unless the backend has none by token. */
  async #openSession(bearer: boolean): Promise<SessionResponse> {
    const { sentIn } = this.#client;
    try {
      return await this.#client.openSession(sentIn, bearer);
    } catch (error) {
      if (!bearer || (error as ApiError).code !== "invalid_request") throw error;
      return this.#client.openSession(sentIn, false);
    }
  }
}
