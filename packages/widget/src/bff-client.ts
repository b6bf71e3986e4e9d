import type { Call, CallRequest, Problem, SessionResponse } from "@uis-call/shared";
import { isOver } from "./call-state.js";
import type { FailureCode } from "./messages.js";

/** The backend will not do it, or could not be reached (`network`). */
export class CallRefused extends Error {
  readonly code: FailureCode;
  /** Member of the request it is about. */
  readonly at: string | undefined;
  /** Seconds until it may be tried again. */
  readonly retryAfter: number | undefined;

  constructor(code: FailureCode, at?: string, options?: ErrorOptions & { retryAfter?: number | undefined }) {
    super(code, options);
    this.name = "CallRefused";
    this.code = code;
    this.at = at;
    this.retryAfter = options?.retryAfter;
  }
}

export interface BffClientOptions {
  /** Base URL of the backend, without a slash at the end. */
  endpoint: string;
  tenant: string;
  /** Language of titles and spoken messages. */
  locale: string;
  /** Milliseconds; for tests. */
  times?: Partial<typeof TIMES>;
}

/** Milliseconds. */
const TIMES = {
  /** A request without an answer is given up after this. */
  answer: 15_000,
  /** An event stream that says nothing is taken for one that a proxy holds back. */
  silence: 5000,
  /** Between two looks at a call whose events do not come; grows to the second. */
  poll: 1500,
  longestPoll: 5000,
};

/** Speaks to the backend: the only place of the element that does. */
export class BffClient {
  readonly #options: BffClientOptions;
  readonly #times: typeof TIMES;
  #session: SessionResponse | undefined;
  #hinted = false;

  constructor(options: BffClientOptions) {
    this.#options = options;
    this.#times = { ...TIMES, ...options.times };
  }

  /** @throws CallRefused */
  async openSession(): Promise<SessionResponse> {
    const { tenant } = this.#options;
    this.#session = await this.#send<SessionResponse>("POST", "/session", { tenant });
    return this.#session;
  }

  /**
   * Asks for a call. One key is one call, however often this is repeated with it.
   *
   * @throws CallRefused; `network` leaves open whether the call was accepted: repeat with the same key
   */
  async placeCall(request: CallRequest, key: string): Promise<Call> {
    const place = () => this.#send<Call>("POST", "/calls", request, { "Idempotency-Key": key });
    try {
      return await place();
    } catch (error) {
      const expired =
        error instanceof CallRefused && ["session_required", "csrf_failed"].includes(error.code);
      if (!expired) throw error;
      await this.openSession();
      return place();
    }
  }

  /** Calls `onCall` with each state of the call until it is over or `signal` is aborted. */
  follow(
    id: string,
    signal: AbortSignal,
    onCall: (call: Call) => void,
    onLost: (error: CallRefused) => void,
  ): void {
    const source = new EventSource(`${this.#options.endpoint}/calls/${id}/events`, { withCredentials: true });
    const stop = (): void => {
      clearTimeout(silence);
      source.close();
      signal.removeEventListener("abort", stop);
    };
    const poll = (): void => {
      stop();
      void this.#poll(id, signal, onCall).catch((error: unknown) => onLost(asRefusal(error)));
    };
    const silence = setTimeout(poll, this.#times.silence);
    signal.addEventListener("abort", stop);
    source.addEventListener("error", poll);
    source.addEventListener("call", ({ data }: MessageEvent<string>) => {
      clearTimeout(silence);
      const call = JSON.parse(data) as Call;
      if (isOver(call)) stop();
      onCall(call);
    });
  }

  async #poll(id: string, signal: AbortSignal, onCall: (call: Call) => void): Promise<void> {
    const stopped = (): boolean => signal.aborted;
    for (let wait = this.#times.poll; !stopped(); wait = Math.min(wait * 1.3, this.#times.longestPoll)) {
      try {
        const call = await this.#send<Call>("GET", `/calls/${id}`);
        if (stopped()) return;
        onCall(call);
        if (isOver(call)) return;
      } catch (error) {
        // A connection comes back; a refusal stays one.
        if (asRefusal(error).code !== "network") throw error;
      }
      await new Promise((resolve) => setTimeout(resolve, wait));
    }
  }

  async #send<Body>(
    method: string,
    path: string,
    body?: object,
    headers: Record<string, string> = {},
  ): Promise<Body> {
    let response: Response;
    let answer: unknown;
    try {
      response = await fetch(this.#options.endpoint + path, {
        method,
        credentials: "include",
        signal: AbortSignal.timeout(this.#times.answer),
        headers: {
          "Accept-Language": this.#options.locale,
          ...(body !== undefined && { "Content-Type": "application/json" }),
          ...(this.#session !== undefined && method !== "GET" && { "X-CSRF-Token": this.#session.csrfToken }),
          ...headers,
        },
        ...(body !== undefined && { body: JSON.stringify(body) }),
      });
      answer = await response.json();
    } catch (cause) {
      this.#hint(cause);
      throw new CallRefused("network", undefined, { cause });
    }
    if (response.ok) return answer as Body;
    const { code, at, retryAfter } = answer as Partial<Problem>;
    throw new CallRefused(code ?? "network", at, { retryAfter });
  }

  /** Browsers do not tell a page that it was refused across origins from a backend that is away. */
  #hint(cause: unknown): void {
    const { origin } = new URL(this.#options.endpoint, location.href);
    if (this.#hinted || !(cause instanceof TypeError) || origin === location.origin) return;
    this.#hinted = true;
    console.warn(
      `<uis-call-button>: ${origin} could not be reached from this page. Check that it runs, and that the tenant's ` +
        `origins list ${location.origin}, to the letter; the backend's log names the origins it refuses.`,
    );
  }
}

const asRefusal = (error: unknown): CallRefused =>
  error instanceof CallRefused ? error : new CallRefused("network", undefined, { cause: error });
