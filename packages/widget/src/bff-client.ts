import type { Call, CallRequest, SessionResponse } from "@uis-call/shared";
import { asRefusal, CallRefused } from "./call-refused.js";
import { isOver } from "./call-state.js";
import type { CallHurdles } from "./call-hurdles.js";
import { readEvents } from "./event-stream.js";
import type { ProofChallenge } from "./proof.js";
import { Transport } from "./transport.js";

export interface BffClientOptions {
  /** Base URL of the backend, without a slash at the end. */
  endpoint: string;
  tenant: string;
  /** Language of titles and spoken messages. */
  locale: string;
  /** Who the user is, asked anew for each session, since a token opens one. */
  token?: () => Promise<string | undefined>;
  /** Milliseconds; for tests. */
  times?: Partial<typeof TIMES>;
}

/** Milliseconds. */
const TIMES = {
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

/** Speaks to the backend: the only one of the element that does. */
export class BffClient {
  readonly #options: BffClientOptions;
  readonly #times: typeof TIMES;
  readonly #transport: Transport;
  #hurdles: Promise<CallHurdles> | undefined;
  #session: SessionResponse | undefined;

  constructor(options: BffClientOptions) {
    this.#options = options;
    this.#times = { ...TIMES, ...options.times };
    this.#transport = new Transport({ ...options, timeout: this.#times.answer });
  }

  /** @throws CallRefused */
  async openSession(): Promise<SessionResponse> {
    const { tenant, token: ask } = this.#options;
    const token = await ask?.().catch((error: unknown) => {
      throw asRefusal(error);
    });
    const session = await this.#transport.openSession({ tenant, ...(token && { token }) });
    // A proof is one session's.
    if (session.csrfToken !== this.#session?.csrfToken) this.#hurdles = undefined;
    this.#session = session;
    if (session.proof) this.#loadHurdles(true).catch(() => undefined);
    this.prepare();
    return session;
  }

  /** Begins with what the next call needs and takes a while. */
  prepare(): void {
    this.#hurdles?.then(
      (hurdles) => hurdles.prepare(),
      () => undefined,
    );
  }

  /**
   * Asks for a call. One key is one call, however often this is repeated with it.
   *
   * @param waits is told when a proof has to be worked out first, which takes a moment
   * @throws CallRefused; `network` leaves open whether the call was accepted: repeat with the same key
   */
  async placeCall(request: CallRequest, key: string, waits: () => void = () => undefined): Promise<Call> {
    const send = (proof?: string): Promise<Call> =>
      this.#transport.send({
        method: "POST",
        path: "/calls",
        body: { ...request, ...(proof && { proof }) },
        headers: { "Idempotency-Key": key },
      });
    let refusal: CallRefused | undefined;
    if (this.#hurdles === undefined) {
      const answer = await send().catch(asRefusal);
      if (!(answer instanceof CallRefused)) return answer;
      if (!/^(?:session|csrf|proof)_/.test(answer.code)) throw answer;
      refusal = answer;
    }
    return (await this.#loadHurdles()).place(send, refusal, waits);
  }

  /** What a proof of work begins with. */
  getChallenge(): Promise<ProofChallenge> {
    return this.#transport.send({ method: "GET", path: "/proof" });
  }

  #loadHurdles(proof = false): Promise<CallHurdles> {
    this.#hurdles ??= import("./call-hurdles.js").then(
      ({ CallHurdles }) => new CallHurdles(this, proof),
      (error: unknown) => {
        this.#hurdles = undefined;
        throw error;
      },
    );
    return this.#hurdles;
  }

  /** Whether the call can be looked at after the page has been loaded again. */
  get mayResume(): boolean {
    return this.#transport.mayResume;
  }

  /** The call as it is. @throws CallRefused */
  readCall(id: string): Promise<Call> {
    return this.#transport.send({ method: "GET", path: `/calls/${id}` });
  }

  /** @throws CallRefused `too_late` when it has been sent */
  async cancelCall(id: string): Promise<Call> {
    if (this.#session === undefined) await this.openSession();
    return this.#transport.send({ method: "DELETE", path: `/calls/${id}` });
  }

  /** Calls `onCall` with each state of the call, and waits for it, until the call is over or `signal` is aborted. */
  follow(
    id: string,
    signal: AbortSignal,
    onCall: (call: Call) => unknown,
    onLost: (error: CallRefused) => void,
  ): void {
    const follow = async (): Promise<void> => {
      for await (const call of this.#states(id, signal)) {
        if (signal.aborted) return;
        await onCall(call);
        if (isOver(call)) return;
      }
    };
    void follow().catch((error: unknown) => onLost(asRefusal(error)));
  }

  /** The call by its events, and by looking where those do not come or break off. */
  async *#states(id: string, signal: AbortSignal): AsyncGenerator<Call> {
    try {
      yield* this.#events(id, signal);
    } catch {
      // What is wrong shows when we look.
    }
    const { poll, longestPoll, lull } = this.#times;
    let longest = longestPoll;
    for (let wait = poll; !signal.aborted; wait = Math.min(wait * 1.3, longest)) {
      try {
        const call = await this.readCall(id);
        // One that is for later need not be looked at all the time.
        longest = call.status === "scheduled" ? lull : longestPoll;
        yield call;
      } catch (error) {
        // A connection comes back; a refusal stays one.
        if (asRefusal(error).code !== "network") throw error;
      }
      await new Promise((resolve) => setTimeout(resolve, wait));
    }
  }

  async *#events(id: string, signal: AbortSignal): AsyncGenerator<Call> {
    const stop = new AbortController();
    const abort = (): void => stop.abort();
    let silence = setTimeout(abort, this.#times.silence);
    signal.addEventListener("abort", abort);
    try {
      const path = `/calls/${id}/events`;
      const { ok, body } = await this.#transport.fetch({ method: "GET", path, signal: stop.signal });
      if (!ok || body === null) return;
      const heard = (): void => {
        clearTimeout(silence);
        silence = setTimeout(abort, this.#times.lull);
      };
      for await (const data of readEvents(body, heard)) yield JSON.parse(data) as Call;
    } finally {
      clearTimeout(silence);
      signal.removeEventListener("abort", abort);
      // Whoever has seen the end reads no further.
      abort();
    }
  }
}
