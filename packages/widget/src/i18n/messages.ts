import type { CallStatus, ErrorCode } from "../api/contract.js";
import type { ScheduleMessages } from "./schedule-messages.js";
import type { ErrorMessages } from "./error-messages.js";

/** Messages a page may override. */
export type Strings = Partial<
  Omit<Messages, "headings" | "status" | "network"> &
    Omit<ErrorMessages, "headings" | "status" | "receiver" | "wait" | "reason" | "failure">
> & {
  /** Text of the button where the page sets no `label`. */
  label?: string;
  /** Headings at the end of a call. */
  headings?: Partial<Record<CallStatus, string>>;
  status?: Partial<Record<CallStatus, string>>;
  reason?: ErrorMessages["reason"];
  failure?: Partial<Record<FailureCode, string>>;
  /** Messages for calls at a later time. */
  schedule?: Partial<ScheduleMessages>;
};

/** All messages loaded so far: the panel's own, and those of errors once they are needed. */
export type LoadedMessages = Omit<Messages, "headings" | "status"> &
  Partial<Omit<ErrorMessages, "headings" | "status" | "failure">> &
  Pick<Strings, "failure"> &
  Record<"headings" | "status", Partial<Record<CallStatus, string>>>;

/** The backend's error codes, and `network` where it cannot be reached. */
export type FailureCode = ErrorCode | "network";

/** Messages of a call without problems, in one language: `i18n/<language>.ts`, loaded with the panel. */
export interface Messages {
  /** Text of the button during a call. */
  calling: string;
  heading: string;
  /** Heading where no number is asked for; `{whom}` is the target's title. */
  callHeading: string;
  callHint: string;
  call: string;
  phone: string;
  phoneHint: string;
  privacy: string;
  submit: string;
  sending: string;
  /** Asks for another call. */
  again: string;
  /** Tries to reach the backend again. */
  retry: string;
  close: string;
  offline: string;
  /** Shown while a proof of work is computed. */
  loading: string;
  /** Above the page's own telephone number, where no call can be made. */
  callUs: string;
  /** Part of this file because the file of error messages may be unreachable, too. */
  network: string;
  /** Heading at the end of the call: what happened. */
  headings: Record<"placed", string>;
  status: Record<"dialing" | "placed", string>;
}
