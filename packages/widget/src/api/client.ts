import type { Call, CallRequest, SessionResponse } from "@uis-call/shared";
import { asApiError, type ApiError } from "./errors.js";
import { isOver } from "../call-state.js";
import { inTime, TIMES } from "../in-time.js";
import type { CallRetry } from "./retry.js";
import { readEvents } from "./event-stream.js";
import type { PageSession } from "./page-session.js";
import type { Message } from "./transport.js";

export interface BffClientOptions {
  /** The session with the backend. Other buttons of the page may share it. */
  page: PageSession;
  /** Language of the targets' titles, and of the messages that the visitor hears on the telephone. */
  locale: string;
}

/** Number of polls without an answer after which the visitor is told. */
const MISSED = 3;

/** Sends all HTTP requests of one button to the backend. */
export class BffClient {
  readonly #options: BffClientOptions;
  readonly #times: typeof TIMES;
  #retry: Promise<CallRetry> | undefined;
  #session: SessionResponse | undefined;
  /** The session to which the last HTTP request belonged. */
  sentIn: SessionResponse | undefined;

  /** @param times time-outs and intervals; tests pass shorter ones */
  constructor(options: BffClientOptions, times = TIMES) {
    this.#options = options;
    this.#times = times;
  }

  /** Whether the session can still be used: the page still has a button with the session's user. */
  get isAlive(): boolean {
    return this.#options.page.isAlive;
  }

  /**
   * Opens the session, unless another button has already opened it.
   *
   * @param stale the response with which the session was opened before. If it is given, the session is opened again
   * @param bearer whether to ask for a bearer token if the session was lost; see {@link PageSession.open}
   * @throws ApiError
   */
  async openSession(stale?: SessionResponse, bearer?: boolean): Promise<SessionResponse> {
    const session = await this.#options.page.open(this.#options.locale, stale, bearer);
    // Drops the retry object when the session changes: it keeps a proof, and a proof is valid for one session only.
    if (session.csrfToken !== this.#session?.csrfToken) this.#retry = undefined;
    this.#session = session;
    if (session.proof) this.#loadRetry(true).catch(() => undefined);
    this.prepare();
    return session;
  }

  /** Starts computing the proof of work in advance, if the next call needs one. */
  prepare(): void {
    this.#retry?.then(
      (retry) => retry.prepare(),
      () => undefined,
    );
  }

  /**
   * Requests a call. The backend treats repeated requests with the same idempotency key as the same call.
   *
   * @param waits called when the visitor has to wait for the proof of work
   * @throws ApiError. If its code is `network`, the call may or may not have been accepted: repeat the request with the
   *   same key
   */
  async placeCall(request: CallRequest, key: string, waits?: () => void): Promise<Call> {
    const send = (proof?: string): Promise<Call> =>
      this.#send({
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
    this.#retry ??= inTime(() => import("./retry.js")).then(
      ({ CallRetry }) => new CallRetry(this, proof),
      (error: unknown) => {
        this.#retry = undefined;
        throw error;
      },
    );
    return this.#retry;
  }

  /** Whether the call can still be read after a reload of the page. */
  get mayResume(): boolean {
    return this.#options.page.mayResume;
  }

  /** Whether the session is that of a user whom a button of the page names. */
  get hasUser(): boolean {
    return this.#options.page.hasUser;
  }

  /** Reads the call's present state. @throws ApiError */
  readCall(id: string): Promise<Call> {
    return this.#send({ method: "GET", path: `/calls/${id}` });
  }

  /** Sends any other HTTP request within the session. Opens a session if there is none. @throws ApiError */
  async send<Body>(message: Message): Promise<Body> {
    if (!this.#session) await this.openSession();
    return this.#send(message);
  }

  #send<Body>(message: Message): Promise<Body> {
    this.sentIn = this.#options.page.present;
    return this.#options.page.send(this.#inLanguage(message));
  }

  #inLanguage({ headers, ...message }: Message): Message {
    return { ...message, headers: { "Accept-Language": this.#options.locale, ...headers } };
  }

  /**
   * Calls `onCall` with each new state of the call and awaits its result, until the call is over or `signal` is
   * aborted. Listens to the call's event stream, and polls when no events arrive or the stream breaks off.
   *
   * @param onAway called once when the backend has not answered for several polls; polling goes on
   * @throws ApiError when the backend refuses to show the call
   */
  async follow(
    id: string,
    signal: AbortSignal,
    onCall: (call: Call) => unknown,
    onAway?: (error: ApiError) => unknown,
  ): Promise<void> {
    const { poll, longestPoll, lull } = this.#times;
    let last: Call | undefined;
    let missed = 0;
    const tell = async (call: Call): Promise<void> => {
      last = call;
      if (!signal.aborted) await onCall(call);
    };
    try {
      await this.#hear(id, signal, tell);
    } catch {
      // The error is ignored here. If it persists, the polling below throws it.
    }
    for (let wait = poll; !signal.aborted && !(last && isOver(last)); wait *= 1.3) {
      try {
        await tell(await this.readCall(id));
        missed = 0;
      } catch (error) {
        const refusal = asApiError(error);
        // Errors that may pass are retried. After an abort no error is reported.
        if (!signal.reason && !refusal.passes) throw error;
        if (++missed === MISSED && !signal.reason) onAway?.(refusal);
      }
      // A scheduled call changes rarely, so the interval may grow further.
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
      const { ok, body } = await this.#options.page.fetch(
        this.#inLanguage({
          method: "GET",
          path: `/calls/${id}/events`,
          signal: AbortSignal.any([signal, stop.signal]),
        }),
      );
      if (!ok || !body) return;
      for await (const data of readEvents(body, () => wait(this.#times.lull))) {
        const call = JSON.parse(data) as Call;
        await onCall(call);
        if (isOver(call)) return;
      }
    } finally {
      // Aborts the HTTP request, because the stream is no longer needed.
      wait(0);
    }
  }
}
