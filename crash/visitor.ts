import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import type { Backend } from "./backend.js";

export const ORIGIN = "http://acme.example";

/** Milliseconds to wait for one answer, between two tries, and for all tries together. */
const ANSWER_WITHIN = 3000;
const TRY_AGAIN_AFTER = 50;
const GIVE_UP_AFTER = 90_000;

export interface Answer {
  status: number;
  body: { id: string; status: string; csrfToken: string; code?: string; at?: string };
  cookie: string | undefined;
}

/** Acts as the widget does: repeats a request with the same key until a backend accepts it. */
export class Visitor {
  readonly #backends: readonly Backend[];
  #headers: Record<string, string> = { origin: ORIGIN, "content-type": "application/json" };

  /** @param backends asked in turn, as behind a load balancer */
  constructor(backends: readonly Backend[]) {
    this.#backends = backends;
  }

  async open(): Promise<void> {
    const { body, cookie } = await this.#insist("/session", { tenant: "acme" }, {}, 0);
    this.#headers = {
      ...this.#headers,
      "x-csrf-token": body.csrfToken,
      cookie: cookie?.split(";")[0] ?? "",
    };
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
    const { status, body } = await this.#insist("/calls", request, headers, first, trying);
    return status === 422 ? undefined : body.id;
  }

  async #insist(
    path: string,
    request: object,
    headers: Record<string, string>,
    first: number,
    trying: (backend: Backend) => void = () => undefined,
  ): Promise<Answer> {
    const deadline = Date.now() + GIVE_UP_AFTER;
    for (let place = first; Date.now() < deadline; place++) {
      const backend = this.#backends[place % this.#backends.length];
      if (backend === undefined) throw new Error("no backend to ask");
      trying(backend);
      const answer = await post(backend.url + path, request, { ...this.#headers, ...headers });
      if (answer !== undefined && answer.status < 300) return answer;
      if (answer?.status === 422 && answer.body.at === "at") return answer;
      if (answer !== undefined && answer.status !== 503)
        throw new Error(`${path}: HTTP ${answer.status} ${answer.body.code ?? ""}`);
      await sleep(TRY_AGAIN_AFTER * (1 + Math.random()));
    }
    throw new Error(`${path}: no backend has accepted it within ${GIVE_UP_AFTER / 1000} s`);
  }
}

/** Sends one request. @returns the answer; undefined where the connection fails or the answer is late */
async function post(url: string, body: object, headers: Record<string, string>): Promise<Answer | undefined> {
  try {
    const response = await fetch(url, {
      method: "POST",
      headers,
      body: JSON.stringify(body),
      signal: AbortSignal.timeout(ANSWER_WITHIN),
    });
    const answer = (await response.json()) as Answer["body"];
    return { status: response.status, body: answer, cookie: response.headers.getSetCookie()[0] };
  } catch {
    return undefined;
  }
}
