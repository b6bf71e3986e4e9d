import type { Call, CallStatus, SessionResponse } from "@uis-call/shared";
import type { FailureCode } from "./i18n/messages.js";
import type { PhoneProblem } from "./phone/reading.js";

/**
 * State of one button. All properties exist in every state, so that code can read them without checking the phase. The
 * panel says "calling" only after the backend has reported the call, and not already at the click.
 */
export type CallState =
  /** No session is open. `failure` is set if the status of a resumed call can no longer be read. */
  | { phase: "idle"; session?: undefined; call?: undefined; failure?: Failure | undefined }
  /** A session is being opened. */
  | { phase: "opening"; session?: undefined; call?: undefined; failure?: undefined }
  /** The backend cannot be reached, or it refuses this page. */
  | { phase: "unavailable"; session?: undefined; call?: undefined; failure: Failure }
  | { phase: "form"; session: SessionResponse; call?: undefined; failure?: Failure | undefined }
  | { phase: "sending"; session: SessionResponse; call?: undefined; failure?: undefined }
  /** A call is in progress. `session` is undefined if the call was resumed after a reload of the page. */
  | { phase: "following"; session: SessionResponse | undefined; call: Call; failure?: Failure }
  | { phase: "over"; session: SessionResponse | undefined; call: Call; failure?: undefined };

/** Reason why the form has not been sent. This does not count as an error, so no error event is dispatched. */
export type FormProblem = "phone_missing" | `phone_${PhoneProblem}`;

export interface Failure {
  code: FailureCode | FormProblem;
  /** Name of the request's property that is wrong. */
  at?: string | undefined;
  /** Number of seconds after which the request may be repeated. */
  retryAfter?: number | undefined;
  /** If the code is `phone_doubt`: the number that the visitor is asked to check. */
  number?: string;
  cause?: unknown;
}

/** Whether the code is a {@link FormProblem}: the visitor must check the number before a request is sent. */
export const isFormProblem = (code: string): code is FormProblem =>
  /^phone_(?:missing|letter|several|doubt)$/.test(code);

/** Function that returns the next state. It returns the same object if nothing changes. */
export type Step = (state: CallState) => CallState;

/** The statuses of calls that are not over. */
const UNDER_WAY: readonly CallStatus[] = ["accepted", "scheduled", "waiting", "dialing"];

export const isOver = (call: Call): boolean => !UNDER_WAY.includes(call.status);

export const begun: Step = () => ({ phase: "opening" });

export const opened =
  (session: SessionResponse): Step =>
  (state) =>
    state.phase === "idle" || state.call ? state : formOf(session);

export const submitted: Step = (state) =>
  state.phase === "form" ? { phase: "sending", session: state.session } : state;

export const changed =
  (call: Call): Step =>
  (state) =>
    state.phase === "sending" || state.phase === "following" ? shown(call, state.session) : state;

/** Shows the call that was in progress when the visitor left the page. */
export const resumed =
  (call: Call): Step =>
  (state) =>
    state.call || state.phase === "sending" ? state : shown(call, state.session);

export const failed =
  (failure: Failure): Step =>
  (state) =>
    state.phase === "unavailable" ? state : formOf(state.session, failure);

/** Shows a failure and keeps the call on screen: an attempt to cancel it, or to learn of its state. */
export const kept =
  (failure: Failure): Step =>
  (state) =>
    state.phase === "following" ? { ...state, failure } : state;

/** Drops the session because a new one could not be opened: no call may be made in the name of the former user. */
export const lost =
  (failure: Failure): Step =>
  (state) =>
    state.call ? state : { phase: "unavailable", failure };

export const again: Step = (state) => (state.phase === "over" ? formOf(state.session) : state);

/** Discards the shown call and keeps the session, because the page has changed the button's target or reference. */
export const turned: Step = (state) => (state.phase === "opening" ? state : formOf(state.session));

const shown = (call: Call, session?: SessionResponse): CallState => ({
  phase: isOver(call) ? "over" : "following",
  session,
  call,
});

const formOf = (session: SessionResponse | undefined, failure?: Failure) =>
  ({ phase: session ? "form" : "idle", session, failure }) as CallState;
