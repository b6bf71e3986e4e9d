import type { CallStatus, ErrorCode } from "../api/contract.js";
import type { ScheduleMessages } from "./schedule-messages.js";
import type { ErrorMessages } from "./error-messages.js";

/** A page's own words, over ours. */
export type Strings = Partial<
  Omit<Messages, "status" | "network"> & Omit<ErrorMessages, "status" | "reason" | "failure">
> & {
  /** On the button, when the page gives no label. */
  label?: string;
  status?: Partial<Record<CallStatus, string>>;
  reason?: ErrorMessages["reason"];
  failure?: Partial<Record<FailureCode, string>>;
  /** Of a call for later. */
  schedule?: Partial<ScheduleMessages>;
};

/** Everything there is to say at a moment: what is said of a good call, and what else has been loaded. */
export type LoadedMessages = Omit<Messages, "status"> &
  Partial<Omit<ErrorMessages, "status" | "failure">> &
  Pick<Strings, "failure"> & { status: Partial<Record<CallStatus, string>> };

/** What can go wrong on the way: the backend's own codes, and not reaching it at all. */
export type FailureCode = ErrorCode | "network";

/** What the element says while all goes well, in one language; a file of its own in `languages/`, loaded with the panel. */
export interface Messages {
  /** On the button, while a call is under way. */
  calling: string;
  heading: string;
  /** Instead, where the visitor is not asked for a number: `{whom}` is the target's title. */
  callHeading: string;
  callHint: string;
  call: string;
  phone: string;
  phoneHint: string;
  privacy: string;
  submit: string;
  sending: string;
  again: string;
  close: string;
  offline: string;
  /** While a proof of work is made. */
  loading: string;
  /** The backend cannot be reached, and perhaps our files neither. */
  network: string;
  status: Record<"dialing" | "placed", string>;
}
