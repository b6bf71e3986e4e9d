import type { CallReason, CallStatus, ErrorCode } from "./contract.js";
import type { ScheduleTexts } from "./schedule-texts.js";

/** A page's own words, over ours. */
export type Strings = Partial<Labels & Omit<Messages, "status" | "reason" | "failure">> & {
  status?: Partial<Messages["status"]>;
  reason?: Messages["reason"];
  failure?: Partial<Messages["failure"]>;
  /** Of a call for later. */
  schedule?: Partial<ScheduleTexts>;
};

/** What can go wrong on the way: the backend's own codes, and not reaching it at all. */
export type FailureCode = ErrorCode | "network";

/** What the button says: at hand at once, in every language we have. */
export interface Labels {
  /** When the page gives no label. */
  label: string;
  calling: string;
}

/** Everything else the element says, in one language; a file of its own in `languages/`, loaded when it is needed. */
export interface Messages {
  heading: string;
  /** Instead, where the visitor is not asked for a number: `{whom}` is the target's title. */
  callHeading: string;
  callHint: string;
  call: string;
  phone: string;
  phoneHint: string;
  phoneMissing: string;
  privacy: string;
  submit: string;
  sending: string;
  again: string;
  close: string;
  cancel: string;
  offline: string;
  /** While a proof of work is made. */
  loading: string;
  /** `rate_limited`, where the backend says for how long: `{when}` is "in 5 minutes". */
  limited: string;
  status: Record<CallStatus, string>;
  /** Says more than the status where it can. */
  reason: Partial<Record<CallReason, string>>;
  /** Where no time was chosen it cannot be `quiet_hours`, which is said with the choice. */
  failure: Record<Exclude<FailureCode, "quiet_hours">, string> & { quiet_hours?: string };
}
