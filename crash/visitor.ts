import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { type Answer, Visitor as Browser } from "@uis-call/testing/visitor";
import type { Backend } from "./backend.js";

export const ORIGIN = "http://acme.example";

/** Milliseconds to wait for one answer, between two tries, and for all tries together. */
const ANSWER_WITHIN = 3000;
const TRY_AGAIN_AFTER = 50;
const GIVE_UP_AFTER = 90_000;

/** Members of the session or the call, or of a problem. */
interface Told {
  id?: string;
  code?: string | undefined;
  at?: string | undefined;
}

/** A browser with the widget: sends the same request with the same key until a backend has taken it. */
export class Visitor {
  readonly #backends: readonly Backend[];
  readonly #browser = new Browser("");

  /** @param backends asked in turn, as behind a load balancer */
  constructor(backends: readonly Backend[]) {
    this.#backends = backends;
    this.#browser.headers = { origin: ORIGIN };
    this.#browser.patience = ANSWER_WITHIN;
  }

  async open(): Promise<void> {
    await this.#insist("/session", 0, () => this.#browser.open("acme"));
  }

  /**
   * Asks for a call until it is accepted.
   *
   * @param first index of the backend to try first
   * @param trying called with each backend that is tried
   * @returns the call's id; undefined when it is refused because its time has passed meanwhile
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
      // None that can be used: refused, reset, cut off, or too late.
      const answer = await send().catch(() => undefined);
      // Nothing is searched for leaks here.
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
