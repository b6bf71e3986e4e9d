import type { FIRST_CALLS, Group } from "../config/forwarding-groups.js";

/** A call as UIS is to make it, in no version's words. Numbers are E.164 with `+`. */
export interface CallOrder {
  /** Integer of ours, unique to this attempt; the JSON-RPC `id`. */
  attempt: number;
  visitor: string;
  /** One number, or forwarding groups hunted in order. */
  office: string | Group[];
  serviceNumber: string;
  firstCall: (typeof FIRST_CALLS)[number];
  switchAtOnce: boolean;
  visitorMessage?: SpokenMessage;
  officeMessage?: SpokenMessage;
  /** Name of a recording at UIS, for whoever waits; UIS's own when absent. */
  holdMusic?: string;
  /** Seconds a call may wait for a free operator; no queue when absent. */
  queueTimeout?: number;
  officeSeesServiceNumber: boolean;
}

/** Text to be read out, or the name of a recording at UIS. Its limits are the configuration's. */
export type SpokenMessage = { text: string } | { media: string };

/** What became of one request to place a call. Only `wait` and `renew` prove that nothing was placed and may follow. */
export type Outcome =
  /** UIS said it carried the calls out. */
  | { kind: "placed" }
  /** Certainly no call, and asking again would not help. `fault` says whose matter it is. */
  | { kind: "refused"; fault: Fault; code?: number; detail?: string }
  /** Certainly no call: the token was not accepted. The next request asks for a new one. */
  | { kind: "renew"; code: number }
  /** Certainly no call yet: UIS could not be reached, or is at its limit. */
  | { kind: "wait"; because: "unreachable" | "limit"; code?: number; detail?: string }
  /** Perhaps a call, perhaps not. Never sent again. */
  | { kind: "unknown"; code?: number; detail?: string };

/** `call`: this one could not be connected; `account`: UIS account or its settings; `defect`: our request was wrong. */
export type Fault = "call" | "account" | "defect";

/** Whether UIS has let the account and its session key in: it has looked at the order itself. */
export const provesAccess = (outcome: Outcome): boolean =>
  outcome.kind === "placed" ||
  (outcome.kind === "refused" && outcome.fault !== "account") ||
  (outcome.kind === "wait" && outcome.because === "limit");

/** Asked when the connection to UIS stands and nothing has been sent: false, and nothing will be. */
export type ConfirmSend = () => Promise<boolean>;

/** Sends in any case. */
export const alwaysSend: ConfirmSend = () => Promise.resolve(true);

/** The one seam to UIS; every version of its API fits behind it. */
export interface UisClient {
  /**
   * Asks UIS to place a call, if `confirmSend` still says so on the brink of it. Sends the order at most once, and never
   * throws: whatever happens is an outcome. Takes as long as phones ring, see {@link answerWithin}.
   */
  placeCall(order: CallOrder, confirmSend?: ConfirmSend): Promise<Outcome>;
}

/** Ringing time of a number that has none of its own, in seconds (Call API v1, phone `timeout`). */
const DEFAULT_RING = 60;
const MARGIN = 30;

/** A slow voice, in characters a second; and seconds for a file whose length we do not know. */
const SPEECH_RATE = 8;
const LONGEST_FILE = 60;

/**
 * Seconds UIS may take to answer an order: as long as its phones can ring one after the other, its queue can last and
 * its messages can be spoken, and a margin; never less than two minutes.
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
