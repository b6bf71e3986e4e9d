import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { type Answer, Visitor as Browser } from "@uis-call/testing/visitor";
import type { Backend } from "./backend.js";

export const ORIGIN = "http://acme.example";

/** Milliseconds that a visitor waits for one HTTP response. */
const ANSWER_WITHIN = 3000;
/** Minimum number of milliseconds between two attempts of a visitor to send a request. */
const TRY_AGAIN_AFTER = 50;
/** Milliseconds after which a visitor stops sending a request. */
const GIVE_UP_AFTER = 90_000;

/** The properties of JSON responses that the tests use. A response contains a session, a call or a problem. */
interface Told {
  id?: string;
  code?: string | undefined;
  at?: string | undefined;
}

/**
 * A browser that shows the element. It sends the same request with the same Idempotency-Key until a backend accepts it.
 */
export class Visitor {
  readonly #backends: readonly Backend[];
  readonly #browser = new Browser("");

  /** @param backends the backends, to which requests are sent in turn, as by a load balancer */
  constructor(backends: readonly Backend[]) {
    this.#backends = backends;
    this.#browser.headers = { origin: ORIGIN };
    this.#browser.patience = ANSWER_WITHIN;
  }

  async open(): Promise<void> {
    await this.#insist("/session", 0, () => this.#browser.open("acme"));
  }

  /**
   * Sends a request for a call again and again until it is accepted.
   *
   * @param first index of the backend to which the request is sent first
   * @param trying called with each backend before the request is sent to it
   * @returns the call's id, or undefined if the call is refused because the time for which it was requested has passed
   */
  async call(
    request: object,
    first: number,
    trying: (backend: Backend) => void,
  ): Promise<string | undefined> {
    const headers = { "idempotency-key": `"${randomUUID()}"` };
    const send = () => this.#browser.call(request, headers);
    const { status, body } = await this.#insist("/calls", first, send, trying);
    return status === 422 ? undefined : body.id;
  }

  async #insist<Body extends Told>(
    path: string,
    first: number,
    send: () => Promise<Answer<Body>>,
    trying: (backend: Backend) => void = () => undefined,
  ): Promise<Answer<Body>> {
    const deadline = Date.now() + GIVE_UP_AFTER;
    for (let place = first; Date.now() < deadline; place++) {
      const backend = this.#backends[place % this.#backends.length];
      if (backend === undefined) throw new Error("no backend to ask");
      trying(backend);
      this.#browser.url = backend.url;
      // `answer` is undefined if the HTTP connection was refused or reset, or if the response was incomplete or too
      // late.
      const answer = await send().catch(() => undefined);
      // Empties the list of responses to save memory. Other tests search this list for leaked numbers; the crash tests
      // do not.
      this.#browser.seen.length = 0;
      if (answer !== undefined && answer.status < 300) return answer;
      if (answer?.status === 422 && answer.body.at === "at") return answer;
      if (answer !== undefined && answer.status !== 503)
        throw new Error(`${path}: HTTP ${answer.status} ${answer.body.code ?? ""}`);
      await sleep(TRY_AGAIN_AFTER * (1 + Math.random()));
    }
    throw new Error(`${path}: no backend has taken it within ${GIVE_UP_AFTER / 1000} s`);
  }
}
