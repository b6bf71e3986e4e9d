import type { Call, CallStatus, SessionResponse } from "@uis-call/shared";
import type { FailureCode } from "./i18n/messages.js";

/** Where one button stands; all members can be asked for in every state. It never runs ahead of the backend: "calling" is shown on its word, not on the click's. */
export type CallState =
  /** With a failure where a call that was taken up again has been lost from sight. */
  | { phase: "idle"; session?: undefined; call?: undefined; failure?: Failure | undefined }
  /** A session is being opened. */
  | { phase: "opening"; session?: undefined; call?: undefined; failure?: undefined }
  /** The backend could not be reached, or will not serve this page. */
  | { phase: "unavailable"; session?: undefined; call?: undefined; failure: Failure }
  | { phase: "form"; session: SessionResponse; call?: undefined; failure?: Failure | undefined }
  | { phase: "sending"; session: SessionResponse; call?: undefined; failure?: undefined }
  /** Without a session where the page has been loaded again meanwhile. */
  | { phase: "following"; session: SessionResponse | undefined; call: Call; failure?: Failure }
  | { phase: "over"; session: SessionResponse | undefined; call: Call; failure?: undefined };

export interface Failure {
  code: FailureCode | "phone_missing";
  /** Member of the request it is about. */
  at?: string | undefined;
  /** Seconds until it may be tried again. */
  retryAfter?: number | undefined;
  cause?: unknown;
}

/** What leads from one state to the next; to the same object where it means nothing in that state. */
export type Step = (state: CallState) => CallState;

/** On its way to the end; every other status is one. */
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

/** The call was under way when the page was left. */
export const resumed =
  (call: Call): Step =>
  (state) =>
    state.call || state.phase === "sending" ? state : shown(call, state.session);

export const failed =
  (failure: Failure): Step =>
  (state) =>
    state.phase === "unavailable" ? state : formOf(state.session, failure);

/** There is no session, or not the one that was asked for: nobody is called as whoever it was before. */
export const lost =
  (failure: Failure): Step =>
  (state) =>
    state.call ? state : { phase: "unavailable", failure };

export const again: Step = (state) => (state.phase === "over" ? formOf(state.session) : state);

/** The page has made another button of it: what was the old one's goes, but for the session. */
export const turned: Step = (state) => (state.phase === "opening" ? state : formOf(state.session));

const shown = (call: Call, session?: SessionResponse): CallState => ({
  phase: isOver(call) ? "over" : "following",
  session,
  call,
});

const formOf = (session: SessionResponse | undefined, failure?: Failure) =>
  ({ phase: session ? "form" : "idle", session, failure }) as CallState;
