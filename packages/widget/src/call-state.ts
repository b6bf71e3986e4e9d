import type { Call, CallStatus, SessionResponse } from "@uis-call/shared";
import type { FailureCode } from "./messages.js";

/** Where one button stands. It never runs ahead of the backend: "calling" is shown on its word, not on the click's. */
export type CallState =
  | { phase: "idle" }
  /** A session is being opened. */
  | { phase: "opening" }
  /** The backend could not be reached, or will not serve this page. */
  | { phase: "unavailable"; failure: Failure }
  | { phase: "form"; session: SessionResponse; failure?: Failure }
  | { phase: "sending"; session: SessionResponse }
  /** Without a session where the page has been loaded again meanwhile. */
  | { phase: "following"; session: SessionResponse | undefined; call: Call; failure?: Failure }
  | { phase: "over"; session: SessionResponse | undefined; call: Call };

export interface Failure {
  code: FailureCode | "phone_missing";
  /** Member of the request it is about. */
  at?: string | undefined;
  /** Seconds until it may be tried again. */
  retryAfter?: number | undefined;
}

export type CallAction =
  | { type: "open" }
  | { type: "opened"; session: SessionResponse }
  | { type: "submit" }
  | { type: "changed"; call: Call }
  /** The call of an earlier load of the page. */
  | { type: "resumed"; call: Call }
  /** The call could not be cancelled. */
  | { type: "kept"; failure: Failure }
  | { type: "failed"; failure: Failure }
  | { type: "again" }
  /** The page has named another tenant or backend. */
  | { type: "reset" };

/** Every status, and whether it is the end. */
const OVER: Record<CallStatus, boolean> = {
  accepted: false,
  scheduled: false,
  waiting: false,
  dialing: false,
  placed: true,
  failed: true,
  unknown: true,
  held: true,
  cancelled: true,
};

export const isOver = (call: Call): boolean => OVER[call.status];

/** The state after `action`; the same object where the action means nothing in it. */
export function transition(state: CallState, action: CallAction): CallState {
  switch (action.type) {
    case "open":
      return state.phase === "idle" || state.phase === "unavailable" ? { phase: "opening" } : state;
    case "opened":
      return state.phase === "idle" || "call" in state ? state : formOf(action.session);
    case "submit":
      return state.phase === "form" ? { phase: "sending", session: state.session } : state;
    case "changed":
      return changed(state, action.call);
    case "resumed":
      return state.phase === "idle" ? shown(undefined, action.call) : state;
    case "kept":
      return state.phase === "following" ? { ...state, failure: action.failure } : state;
    case "failed":
      return failed(state, action.failure);
    case "reset":
      return { phase: "idle" };
    case "again":
      return state.phase === "over" ? formOf(state.session) : state;
  }
}

function changed(state: CallState, call: Call): CallState {
  if (state.phase !== "sending" && state.phase !== "following") return state;
  return shown(state.session, call);
}

const shown = (session: SessionResponse | undefined, call: Call): CallState => ({
  phase: isOver(call) ? "over" : "following",
  session,
  call,
});

const formOf = (session: SessionResponse | undefined, failure?: Failure): CallState =>
  session === undefined ? { phase: "idle" } : { phase: "form", session, ...(failure && { failure }) };

function failed(state: CallState, failure: Failure): CallState {
  if (state.phase === "opening") return { phase: "unavailable", failure };
  if (!("session" in state) || state.phase === "over") return state;
  return formOf(state.session, failure);
}
