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
  /** Most simultaneous calls; absent: no limit. */
  channels?: number;
  /** Seconds of ringing until it counts as not answering. */
  ringFor: number;
}

/** Telephones hunted together; see `Hunt`. */
export interface Group {
  phones: Phone[];
  linesStart: number;
  linesLimit: number;
  dialingIncrement: number;
  /** Seconds. */
  incrementalDialingTimeout: number;
}

/** A request to UIS after all checks. */
export interface CallOrder {
  /** Login of the account that placed the call. */
  account: string;
  firstCall: "numc" | "numa" | "any";
  switchAtOnce: boolean;
  holdMusic: string;
  /** Seconds; present when the call may be queued. */
  queueTimeout?: number;
  serviceNumber: string;
  visitor: Phone;
  groups: Group[];
  /** The number shown on each side's phone. */
  callerIds: Record<Party, string>;
  messages: Partial<Record<Party, Message>>;
}

export type LegState = "ringing" | "answered" | "connected" | "ended";

/** How a leg ended. `cancelled`: the phone stopped ringing because it was no longer needed. */
export type LegEnd = "declined" | "no-answer" | "busy" | "cancelled" | "hung-up";

/** The sound on a leg now. Times are seconds since the start of the call. */
export interface Hears {
  kind: "message" | "music" | "talk" | "silence";
  /** Messages only. */
  type?: "text" | "media";
  /** Messages of type `text` only. */
  text?: string;
  /** Messages of type `media`, and music. */
  file?: string;
  since: number;
  /** End of a message. */
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
  /** Id of the leg concerned. */
  leg?: string;
}

/** A call as observers see it: plain data that can be written as JSON. */
export interface ExchangeCall {
  id: string;
  /** Login of the account that placed it. */
  account: string;
  /** Milliseconds since 1970. */
  startedAt: number;
  /** `queued`: all office phones were busy and are tried again. */
  state: "dialling" | "queued" | "connected" | "ended";
  /** The answer to the API's client: `success` once both legs were connected. */
  result?: "success" | "fail";
  /** `<party>-<how the leg ended>`, `queue-timeout`, `hung-up` (by the exchange) or `reset`. */
  endedBecause?: string;
  firstCall: "numc" | "numa" | "any";
  switchAtOnce: boolean;
  serviceNumber: string;
  /** In the order of dialling. A phone tried again is a new leg. */
  legs: Leg[];
  timeline: TimelineEntry[];
}
