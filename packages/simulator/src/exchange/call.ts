/** The two sides of a call: `visitor` is UIS's numa, `office` its numc. */
export type Party = "visitor" | "office";

/** What is played to a leg: a media file, or text that is read aloud. */
export interface Message {
  type: "media" | "text";
  value: string;
}

/** One telephone that may be dialled. */
export interface Phone {
  number: string;
  /** Simultaneous calls it can take on this exchange; unlimited when absent. */
  channels?: number;
  /** Seconds until it counts as not answering. */
  ringFor: number;
}

/** Telephones hunted together; see `Hunt` for how. */
export interface Group {
  phones: Phone[];
  linesStart: number;
  linesLimit: number;
  dialingIncrement: number;
  /** Seconds. */
  incrementalDialingTimeout: number;
}

/** What UIS has been asked to do, after all checks. */
export interface CallOrder {
  /** Login of the account that pays. */
  account: string;
  firstCall: "numc" | "numa" | "any";
  switchAtOnce: boolean;
  holdMusic: string;
  /** Seconds; present when the call may be queued. */
  queueTimeout?: number;
  serviceNumber: string;
  visitor: Phone;
  groups: Group[];
  /** The number each side sees while it rings. */
  callerIds: Record<Party, string>;
  messages: Partial<Record<Party, Message>>;
}

export type LegState = "ringing" | "answered" | "connected" | "ended";

/** How a leg ended: `cancelled` is a phone that stops ringing because it is no longer needed. */
export type LegEnd = "declined" | "no-answer" | "busy" | "cancelled" | "hung-up";

/** What a leg hears now. Times are seconds since the start of the call. */
export interface Hears {
  kind: "message" | "music" | "talk" | "silence";
  /** Of a message. */
  type?: "text" | "media";
  /** Of a message of type `text`. */
  text?: string;
  /** Of a message of type `media`, and of music. */
  file?: string;
  since: number;
  /** When a message will have been heard to its end. */
  until?: number;
}

/** One telephone of a call. */
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
  /** Seconds since the start of the call, one decimal. */
  t: number;
  text: string;
  /** Id of the leg it happened to. */
  leg?: string;
}

/** A call as it can be watched: plain data, safe to turn into JSON. */
export interface ExchangeCall {
  id: string;
  /** Login of the account that asked for it. */
  account: string;
  /** Milliseconds since 1970. */
  startedAt: number;
  /** `queued`: no office phone was free, and they are being tried again. */
  state: "dialling" | "queued" | "connected" | "ended";
  /** What the client of the API is told: `success` once both legs were connected. */
  result?: "success" | "fail";
  /** `<party>-<how the leg ended>`, `queue-timeout`, `hung-up` (by the exchange) or `reset`. */
  endedBecause?: string;
  firstCall: "numc" | "numa" | "any";
  switchAtOnce: boolean;
  serviceNumber: string;
  /** In the order they were dialled. A phone that is tried again is a new leg. */
  legs: Leg[];
  timeline: TimelineEntry[];
}
