import type { Call, CallRequest, SessionResponse } from "@uis-call/shared";
import { asApiError, type ApiError } from "./errors.js";
import { isOver } from "../call-state.js";
import type { CallRetry } from "./retry.js";
import { readEvents } from "./event-stream.js";
import { type Message, Transport } from "./transport.js";

export interface BffClientOptions {
  /** Base URL of the backend, without a slash at the end. */
  endpoint: string;
  tenant: string;
  /** Language of titles and spoken messages. */
  locale: string;
  /** Who the user is, asked anew for each session, since a token opens one. */
  token?: () => Promise<string | undefined> | string;
}

/** Milliseconds. */
export const TIMES = {
  /** A request without an answer is given up after this. */
  answer: 15_000,
  /** An event stream that says nothing is taken for one that a proxy holds back. */
  silence: 5000,
  /** One that has fallen silent is broken: the backend makes itself heard every fifteen seconds. */
  lull: 40_000,
  /** Between two looks at a call whose events do not come; grows to the second. */
  poll: 1500,
  longestPoll: 5000,
};

/** Two first sessions opened at once are two, of which the browser keeps one: others of the page wait for the first. */
let first: Promise<unknown> | undefined;

/** Speaks to the backend: the only one of the element that does. */
export class BffClient {
  readonly #options: BffClientOptions;
  readonly #times: typeof TIMES;
  readonly #transport: Transport;
  #retry: Promise<CallRetry> | undefined;
  #session: SessionResponse | undefined;

  /** @param times others are for tests */
  constructor(options: BffClientOptions, times = TIMES) {
    this.#options = options;
    this.#times = times;
    this.#transport = new Transport(options, times.answer);
  }

  /** @throws ApiError */
  async openSession(): Promise<SessionResponse> {
    const { tenant, token: ask } = this.#options;
    const token = await ask?.();
    const open = () => this.#transport.openSession({ tenant, ...(token && { token }) });
    const session = await (first?.then(open, open) ?? (first = open()));
    // A proof is one session's.
    if (session.csrfToken !== this.#session?.csrfToken) this.#retry = undefined;
    this.#session = session;
    if (session.proof) this.#loadRetry(true).catch(() => undefined);
    this.prepare();
    return session;
  }

  /** Begins with what the next call needs and takes a while. */
  prepare(): void {
    this.#retry?.then(
      (retry) => retry.prepare(),
      () => undefined,
    );
  }

  /**
   * Asks for a call. One key is one call, however often this is repeated with it.
   *
   * @param waits is told when a proof has to be worked out first, which takes a moment
   * @throws ApiError; `network` leaves open whether the call was accepted: repeat with the same key
   */
  async placeCall(request: CallRequest, key: string, waits?: () => void): Promise<Call> {
    const send = (proof?: string): Promise<Call> =>
      this.#transport.send({
        method: "POST",
        path: "/calls",
        body: { ...request, proof },
        headers: { "Idempotency-Key": key },
      });
    let refusal: ApiError | undefined;
    if (!this.#retry) {
      try {
        return await send();
      } catch (error) {
        refusal = asApiError(error);
        if (!/^(?:session|csrf|proof)_/.test(refusal.code)) throw refusal;
      }
    }
    return (await this.#loadRetry()).place(send, refusal, waits);
  }

  #loadRetry(proof = false): Promise<CallRetry> {
    this.#retry ??= import("./retry.js").then(
      ({ CallRetry }) => new CallRetry(this, proof),
      (error: unknown) => {
        this.#retry = undefined;
        throw error;
      },
    );
    return this.#retry;
  }

  /** Whether the call can be looked at after the page has been loaded again. */
  get mayResume(): boolean {
    return this.#transport.mayResume;
  }

  /** The call as it is. @throws ApiError */
  readCall(id: string): Promise<Call> {
    return this.#transport.send({ method: "GET", path: `/calls/${id}` });
  }

  /** Anything else that is asked of the backend, within the session. @throws ApiError */
  async send<Body>(message: Message): Promise<Body> {
    if (!this.#session) await this.openSession();
    return this.#transport.send(message);
  }

  /**
   * Calls `onCall` with each state of the call, and waits for it, until the call is over or `signal` is aborted: by its
   * events, and by looking where those do not come or break off.
   *
   * @throws ApiError when the call is lost from sight
   */
  async follow(id: string, signal: AbortSignal, onCall: (call: Call) => unknown): Promise<void> {
    const { poll, longestPoll, lull } = this.#times;
    let last: Call | undefined;
    const tell = async (call: Call): Promise<void> => {
      last = call;
      if (!signal.aborted) await onCall(call);
    };
    try {
      await this.#hear(id, signal, tell);
    } catch {
      // What is wrong shows when we look.
    }
    for (let wait = poll; !signal.aborted && !(last && isOver(last)); wait *= 1.3) {
      try {
        await tell(await this.readCall(id));
      } catch (error) {
        // A refusal stays one, for whoever still wants to know.
        if (!signal.reason && !asApiError(error).passes) throw error;
      }
      // One that is for later need not be looked at all the time.
      const longest = last?.status === "scheduled" ? lull : longestPoll;
      await new Promise((resolve) => setTimeout(resolve, Math.min(wait, longest)));
    }
  }

  async #hear(id: string, signal: AbortSignal, onCall: (call: Call) => Promise<void>): Promise<void> {
    const stop = new AbortController();
    let timer: ReturnType<typeof setTimeout> | undefined;
    const wait = (time: number): void => {
      clearTimeout(timer);
      timer = setTimeout(() => stop.abort(), time);
    };
    wait(this.#times.silence);
    try {
      const { ok, body } = await this.#transport.fetch({
        method: "GET",
        path: `/calls/${id}/events`,
        signal: AbortSignal.any([signal, stop.signal]),
      });
      if (!ok || !body) return;
      for await (const data of readEvents(body, () => wait(this.#times.lull))) {
        const call = JSON.parse(data) as Call;
        await onCall(call);
        if (isOver(call)) return;
      }
    } finally {
      // Whoever has seen the end reads no further.
      wait(0);
    }
  }
}
