import type { Call, SessionResponse } from "@uis-call/shared";
import type { BffClient } from "./client.js";
import type { ApiError } from "./errors.js";
import { ProofOfWork } from "../lazy/proof-of-work.js";
import type { ProofChallenge } from "../lazy/proof.js";

/** Maximum number of HTTP requests for one call, including the first request. */
const TRIES = 3;

/**
 * Repeats a refused request for a call after obtaining what the request lacked: a new session or a proof of work. Each
 * session has its own object of this class. This module is loaded when it is first needed.
 */
export class CallRetry {
  readonly #client: BffClient;
  readonly #proof: ProofOfWork;
  #required: boolean;

  /** @param required whether the backend requires a proof of work in this session */
  constructor(client: BffClient, required: boolean) {
    this.#client = client;
    this.#proof = new ProofOfWork(() => client.send<ProofChallenge>({ method: "GET", path: "/proof" }));
    this.#required = required;
  }

  /** Starts computing the proof of work, if the next call needs one. */
  prepare(): void {
    if (this.#required) this.#proof.get().catch(() => undefined);
  }

  /**
   * Requests a call, and repeats the request while it is refused for a reason that can be removed.
   *
   * @param send sends the request
   * @param refusal the error of the first request, if a request has already been sent
   * @param waits called when the visitor has to wait for the proof of work
   * @throws ApiError if repeating the request does not help
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

  /**
   * Obtains what the refused request lacked. @throws ApiError the refusal itself, if repeating the request cannot help
   */
  async #mend(refusal: ApiError): Promise<void> {
    const { code } = refusal;
    if (code === "session_required" || code === "csrf_failed")
      this.#required = (await this.#openSession(code === "session_required")).proof === "required";
    else if (code === "proof_required" || code === "proof_invalid") this.#required = true;
    else throw refusal;
    this.#proof.drop();
  }

  /**
   * Opens another session. If `bearer` is set, asks for a bearer token, because the browser may not send the cookie
   * back. If the backend does not offer bearer tokens, its response is `invalid_request`. In this case the session is
   * opened with a cookie.
   */
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
