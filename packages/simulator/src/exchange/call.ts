/** The two sides of a call: `visitor` is UIS's numa, `office` its numc. */
export type Party = "visitor" | "office";

/** A message played to a leg: a media file, or text that is read aloud. */
export interface Message {
  type: "media" | "text";
  value: string;
}

/** A telephone to dial. */
export interface Phone {
  number: string;
  /** Maximum number of simultaneous calls; absent: no limit. */
  channels?: number;
  /** Seconds of ringing after which the phone counts as not answered. */
  ringFor: number;
}

/** A forwarding group: telephones among which `Hunt` looks for one that answers. */
export interface Group {
  phones: Phone[];
  linesStart: number;
  linesLimit: number;
  dialingIncrement: number;
  /** Seconds after which further lines ring. */
  incrementalDialingTimeout: number;
}

/** A request to UIS that has passed all checks. */
export interface CallOrder {
  /** Login of the account that placed the call. */
  account: string;
  firstCall: "numc" | "numa" | "any";
  switchAtOnce: boolean;
  holdMusic: string;
  /** Maximum number of seconds in the queue. Present only if the call may be queued. */
  queueTimeout?: number;
  serviceNumber: string;
  visitor: Phone;
  groups: Group[];
  /** The number shown on each side's phone. */
  callerIds: Record<Party, string>;
  messages: Partial<Record<Party, Message>>;
}

export type LegState = "ringing" | "answered" | "connected" | "ended";

/** How a leg ended. `cancelled` means that the phone stopped ringing because it was no longer needed. */
export type LegEnd = "declined" | "no-answer" | "busy" | "cancelled" | "hung-up";

/** What is heard on a leg at the moment. Times are seconds since the start of the call. */
export interface Hears {
  kind: "message" | "music" | "talk" | "silence";
  /** Present only for messages. */
  type?: "text" | "media";
  /** Present only for messages of type `text`. */
  text?: string;
  /** Present for messages of type `media` and for music. */
  file?: string;
  since: number;
  /** Time when the message ends. */
  until?: number;
}

/** The part of a call that concerns one telephone. */
export interface Leg {
  /** Unique within the call: `visitor`, `office-1`, `office-2` … */
  id: string;
  party: Party;
  number: string;
  callerId: string;
  state: LegState;
  ended?: LegEnd;
  /** Seconds since the start of the call. */
  answeredAt?: number;
  hears: Hears;
}

/** One line of a call's history. */
export interface TimelineEntry {
  /** Seconds since the start of the call, rounded to one decimal. */
  t: number;
  text: string;
  /** Id of the leg that the line is about. */
  leg?: string;
}

/** A call as plain data that can be written as JSON. */
export interface ExchangeCall {
  id: string;
  /** Login of the account that placed the call. */
  account: string;
  /** Milliseconds since 1970. */
  startedAt: number;
  /** `queued` means that no office phone has answered and that the exchange tries them again. */
  state: "dialling" | "queued" | "connected" | "ended";
  /** The answer to the API's client. It is `success` as soon as both legs have been connected. */
  result?: "success" | "fail";
  /** `<party>-<how the leg ended>`, `queue-timeout`, `hung-up` (by the exchange) or `reset`. */
  endedBecause?: string;
  firstCall: "numc" | "numa" | "any";
  switchAtOnce: boolean;
  serviceNumber: string;
  /** All legs in the order of dialling. Each attempt to reach a phone is a new leg. */
  legs: Leg[];
  timeline: TimelineEntry[];
}
