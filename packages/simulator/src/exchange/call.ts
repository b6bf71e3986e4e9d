/**
 * The two sides of a telephone call. In the API of UIS, `numa` is the visitor's number, and `numc` is the office's
 * number.
 */
export type Party = "visitor" | "office";

/** A message that is played on a leg: a media file, or a text that is read aloud. */
export interface Message {
  type: "media" | "text";
  value: string;
}

/** A telephone that can be dialled. */
export interface Phone {
  number: string;
  /** Maximum number of telephone calls at the same time. Without it, there is no limit. */
  channels?: number;
  /** Seconds of ringing after which the call to this phone ends as not answered. */
  ringFor: number;
}

/** A forwarding group: the telephones that `Hunt` dials until one of them answers. */
export interface Group {
  phones: Phone[];
  linesStart: number;
  linesLimit: number;
  dialingIncrement: number;
  /** Seconds after which further phones of the group are dialled. */
  incrementalDialingTimeout: number;
}

/** A telephone call to place: the content of a request to UIS that has passed all checks. */
export interface CallOrder {
  /** Login of the UIS account that requested the call. */
  account: string;
  firstCall: "numc" | "numa" | "any";
  switchAtOnce: boolean;
  holdMusic: string;
  /** Maximum number of seconds that the call waits in the queue. Absent if the call must not be queued. */
  queueTimeout?: number;
  serviceNumber: string;
  visitor: Phone;
  groups: Group[];
  /** The number that the display of each side's phone shows as the caller. */
  callerIds: Record<Party, string>;
  messages: Partial<Record<Party, Message>>;
}

export type LegState = "ringing" | "answered" | "connected" | "ended";

/** How a leg ended. `cancelled`: the phone stopped ringing because this leg was no longer needed. */
export type LegEnd = "declined" | "no-answer" | "busy" | "cancelled" | "hung-up";

/** What a person on a leg hears at the moment. Times are in seconds since the start of the call. */
export interface Hears {
  kind: "message" | "music" | "talk" | "silence";
  /** Kind of the message. Present only if `kind` is `message`. */
  type?: "text" | "media";
  /** The spoken text. Present only if `type` is `text`. */
  text?: string;
  /** Name of the media file. Present if `type` is `media` or if `kind` is `music`. */
  file?: string;
  since: number;
  /** Time at which the message ends. */
  until?: number;
}

/** One leg of a telephone call: the connection between the exchange and one telephone. */
export interface Leg {
  /** Id of the leg, which is unique within the call: `visitor`, `office-1`, `office-2` … */
  id: string;
  party: Party;
  number: string;
  callerId: string;
  state: LegState;
  ended?: LegEnd;
  /** Time at which the phone was answered, in seconds since the start of the call. */
  answeredAt?: number;
  hears: Hears;
}

/** One line of the history of a telephone call. */
export interface TimelineEntry {
  /** Seconds since the start of the call, rounded to one decimal. */
  t: number;
  text: string;
  /** Id of the leg that the line is about. */
  leg?: string;
}

/** A telephone call in the simulated exchange, as plain data that can be written as JSON. */
export interface ExchangeCall {
  id: string;
  /** Login of the UIS account that requested the call. */
  account: string;
  /** Milliseconds since 1970. */
  startedAt: number;
  /** `queued`: no office phone has answered, and the exchange dials the office phones again and again. */
  state: "dialling" | "queued" | "connected" | "ended";
  /** The result in the response to `place_calls`. It is `success` as soon as both legs have been connected. */
  result?: "success" | "fail";
  /**
   * Why the call ended: `<party>-<how the leg ended>`, `queue-timeout`, `hung-up` (the exchange ended the call) or
   * `reset`.
   */
  endedBecause?: string;
  firstCall: "numc" | "numa" | "any";
  switchAtOnce: boolean;
  serviceNumber: string;
  /** All legs, in the order in which they were dialled. Each time that a phone is dialled, a new leg is added. */
  legs: Leg[];
  timeline: TimelineEntry[];
}
