import type { FIRST_CALLS, Group } from "../config/forwarding-groups.js";

/** A call for UIS to place, independent of the API's version. Numbers are E.164 with `+`. */
export interface CallOrder {
  /** Our integer id of the attempt; the JSON-RPC `id`. */
  attempt: number;
  visitor: string;
  /** One number, or forwarding groups rung in order. */
  office: string | Group[];
  serviceNumber: string;
  firstCall: (typeof FIRST_CALLS)[number];
  switchAtOnce: boolean;
  visitorMessage?: SpokenMessage;
  officeMessage?: SpokenMessage;
  /** Name of a recording at UIS for the person who waits; absent: UIS's own. */
  holdMusic?: string;
  /** Seconds a call may wait for a free operator; absent: no queue. */
  queueTimeout?: number;
  officeSeesServiceNumber: boolean;
}

/** Text to be spoken, or the name of a recording at UIS. */
export type SpokenMessage = { text: string } | { media: string };

/**
 * Outcome of one request to place a call. Only `wait` and `renew` prove that nothing was placed and allow another
 * attempt.
 */
export type Outcome =
  /** UIS reported success. */
  | { kind: "placed" }
  /** Certainly no call, and repeating would not help. `fault` names the cause. */
  | { kind: "refused"; fault: Fault; code?: number; detail?: string }
  /** Certainly no call: UIS refused the token. The next request gets a new one. */
  | { kind: "renew"; code: number }
  /** Certainly no call yet: UIS is unreachable, or at its limit. */
  | { kind: "wait"; because: "unreachable" | "limit"; code?: number; detail?: string }
  /** A call may have been placed. Never sent again. */
  | { kind: "unknown"; code?: number; detail?: string };

/**
 * Cause of a refusal. `call`: this call could not be connected; `account`: the UIS account or its settings; `defect`:
 * our request was wrong.
 */
export type Fault = "call" | "account" | "defect";

/** Whether an outcome proves that UIS accepted account and token: UIS has judged the order itself. */
export const provesAccess = (outcome: Outcome): boolean =>
  outcome.kind === "placed" ||
  (outcome.kind === "refused" && outcome.fault !== "account") ||
  (outcome.kind === "wait" && outcome.because === "limit");

/** Called once the connection to UIS is open and nothing is sent. On `false`, nothing is sent. */
export type ConfirmSend = () => Promise<boolean>;

/** Agrees to every send. */
export const alwaysSend: ConfirmSend = () => Promise.resolve(true);

/** Interface to UIS that every version of its API implements. */
export interface UisClient {
  /**
   * Asks UIS to place a call, if `confirmSend` agrees immediately before. Sends the order at most once. Never throws:
   * every fault is an outcome. May take as long as phones ring, see {@link answerWithin}.
   */
  placeCall(order: CallOrder, confirmSend?: ConfirmSend): Promise<Outcome>;
}

/** Seconds that a number rings by default (Call API v1, phone `timeout`). */
const DEFAULT_RING = 60;
const MARGIN = 30;

/** Characters per second of a slow voice, and seconds allowed for a recording, whose length is unknown. */
const SPEECH_RATE = 8;
const LONGEST_FILE = 60;

/**
 * Seconds that UIS may take to answer an order, at least 120: the sum of all ringing times, the queue, the messages,
 * and a margin.
 */
export function answerWithin(order: CallOrder): number {
  const office =
    typeof order.office === "string"
      ? DEFAULT_RING
      : order.office.reduce((sum, group) => sum + huntingTime(group), 0);
  const speech = speakingTime(order.visitorMessage) + speakingTime(order.officeMessage);
  return Math.max(120, office + DEFAULT_RING + (order.queueTimeout ?? 0) + speech + MARGIN);
}

function speakingTime(message: SpokenMessage | undefined): number {
  if (message === undefined) return 0;
  return "text" in message ? Math.ceil(message.text.length / SPEECH_RATE) : LONGEST_FILE;
}

const huntingTime = (group: Group): number => group.phones.reduce((sum, phone) => sum + phone.ringFor, 0);
