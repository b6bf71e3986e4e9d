/** How far the leg of one party has come. Within one attempt, the level only rises. */
export type LegLevel = "none" | "ringing" | "answered";

/**
 * Why a call session ended, in our words. `refused`: for lack of money, because of the account's security rules, or
 * because of its configuration.
 */
export type EndReason =
  | "talked"
  | "office_no_answer"
  | "office_busy"
  | "visitor_no_answer"
  | "visitor_busy"
  | "visitor_hung_up"
  | "not_connected"
  | "refused";

/** A statement by UIS about one attempt or one call session. UIS has not said anything about absent properties. */
export interface CallReport {
  /**
   * Where the statement comes from: the list of active calls, the log of API requests, the report of calls, the report
   * of legs, or a notification. A `hint` is a notification that may not come from UIS: it proves nothing.
   */
  source: "active" | "requests" | "report" | "legs" | "notification" | "hint";
  /** The `external_id` of the request: the id of the attempt. */
  attempt?: string;
  /** The id of the call session. */
  session?: string;
  /** UIS refused to start the call of this attempt, so there is certainly no call. */
  refused?: { mnemonic?: string };
  visitor?: LegLevel;
  office?: LegLevel;
  /** Whether the visitor waits in a queue of a scenario. */
  queued?: boolean;
  /** Whether both parties talk. */
  talking?: boolean;
  /** The session has ended. `talkSeconds` is absent if UIS has not said for how long they talked. */
  ended?: { reason: EndReason; talkSeconds?: number };
  /** Whether the record proves that the visitor's phone has not rung. */
  visitorNeverRang?: boolean;
  /** Id of the employee who answered. Only operators may see it. */
  answeredBy?: string;
}
