import type { FIRST_CALLS, Group } from "../config/forwarding-groups.js";

/**
 * A call that UIS is to place, in a form that does not depend on the version of the API. Numbers are in E.164
 * form with `+`.
 */
export interface CallOrder {
  /** The backend's integer id of the attempt, which is also the JSON-RPC `id`. */
  attempt: number;
  visitor: string;
  /** One number, or forwarding groups that are rung in this order. */
  office: string | Group[];
  serviceNumber: string;
  firstCall: (typeof FIRST_CALLS)[number];
  switchAtOnce: boolean;
  visitorMessage?: SpokenMessage;
  officeMessage?: SpokenMessage;
  /** Name of the recording at UIS that the waiting person hears. Absent: UIS plays its own. */
  holdMusic?: string;
  /** Seconds for which a call may wait for a free operator. Absent: there is no queue. */
  queueTimeout?: number;
  officeSeesServiceNumber: boolean;
}

/** Text to be spoken, or the name of a recording at UIS. */
export type SpokenMessage = { text: string } | { media: string };

/**
 * Outcome of one request to place a call. Only `wait` and `renew` allow another attempt, because only these
 * prove that nothing was placed and that a repeat makes sense.
 */
export type Outcome =
  /** UIS reported success. */
  | { kind: "placed" }
  /** There is certainly no call, and a repeat would not help. `fault` names the cause. */
  | { kind: "refused"; fault: Fault; code?: number; detail?: string }
  /** There is certainly no call, because UIS refused the token. The next request uses a new token. */
  | { kind: "renew"; code: number }
  /** There is certainly no call, because UIS is unreachable or at its limit. */
  | { kind: "wait"; because: "unreachable" | "limit"; code?: number; detail?: string }
  /** There may be a call. The request is never sent again. */
  | { kind: "unknown"; code?: number; detail?: string };

/**
 * Cause of a refusal. `call`: this call could not be connected. `account`: the UIS account or its settings.
 * `firewall`: a firewall in front of UIS, because of the account's address or the words of this one call.
 * `defect`: the backend's request was invalid.
 */
export type Fault = "call" | "account" | "firewall" | "defect";

/**
 * Whether an outcome proves that UIS accepted the account and the token. It does if UIS has decided on the
 * order itself.
 */
export const provesAccess = (outcome: Outcome): boolean =>
  outcome.kind === "placed" ||
  (outcome.kind === "refused" && outcome.fault !== "account" && outcome.fault !== "firewall") ||
  (outcome.kind === "wait" && outcome.because === "limit");

/**
 * Called when the connection to UIS is open and nothing has been sent. If it resolves with `false`, nothing is
 * sent.
 */
export type ConfirmSend = () => Promise<boolean>;

/** Agrees to every request. */
export const alwaysSend: ConfirmSend = () => Promise.resolve(true);

/** Interface to UIS that every version of its API implements. */
export interface UisClient {
  /**
   * Asks UIS to place a call, if `confirmSend` agrees immediately before. Sends the order at most once. Never
   * throws: every fault is returned as an outcome. May take as long as the phones ring, see {@link
   * answerWithin}.
   */
  placeCall(order: CallOrder, confirmSend?: ConfirmSend): Promise<Outcome>;
}

/** Seconds for which a number rings by default (Call API v1, `timeout` of a phone). */
const DEFAULT_RING = 60;
const MARGIN = 30;

/**
 * Number of characters per second that a slow voice speaks, and seconds allowed for a recording, whose length
 * is unknown.
 */
const SPEECH_RATE = 8;
const LONGEST_FILE = 60;

/**
 * Returns the seconds within which UIS must answer an order. This is the sum of all ringing times, the waiting
 * time in the queue, the messages and a margin, but at least 120.
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
