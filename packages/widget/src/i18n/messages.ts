import type { CallStatus, ErrorCode } from "../api/contract.js";
import type { ScheduleMessages } from "./schedule-messages.js";
import type { ErrorMessages } from "./error-messages.js";

/** Messages that a page can override. */
export type Strings = Partial<
  Omit<Messages, "headings" | "status" | "network"> &
    Omit<ErrorMessages, "headings" | "status" | "receiver" | "wait" | "reason" | "failure">
> & {
  /** Text of the button if the page sets no `label`. */
  label?: string;
  /** Headings at the end of a call. */
  headings?: Partial<Record<CallStatus, string>>;
  status?: Partial<Record<CallStatus, string>>;
  reason?: ErrorMessages["reason"];
  failure?: Partial<Record<FailureCode, string>>;
  /** Messages for calls at a later time. */
  schedule?: Partial<ScheduleMessages>;
};

/** The members of an object that are not texts, as {@link Shape}. */
type ShapeOf<Texts> = {
  [Name in keyof Texts as NonNullable<Texts[Name]> extends string ? never : Name]-?: NonNullable<
    Texts[Name]
  > extends readonly string[]
    ? readonly never[]
    : ShapeOf<NonNullable<Texts[Name]>>;
};

/** Lists the members of {@link Strings} that are not texts. */
export const SHAPE_OF_STRINGS: ShapeOf<Strings> = {
  headings: {},
  status: {},
  reason: {},
  failure: {},
  schedule: { weekdays: [], names: { weekdays: [], months: [] } },
};

/** All messages loaded so far: those of the panel and, once they are needed, those of errors. */
export type LoadedMessages = Omit<Messages, "headings" | "status"> &
  Partial<Omit<ErrorMessages, "headings" | "status" | "failure">> &
  Pick<Strings, "failure"> &
  Record<"headings" | "status", Partial<Record<CallStatus, string>>>;

/** The backend's error codes, and `network` if the backend cannot be reached. */
export type FailureCode = ErrorCode | "network";

/**
 * Messages that a call without problems needs, in one language. They are in `i18n/<language>.ts`, which is loaded
 * together with the panel.
 */
export interface Messages {
  /** Text of the button during a call. */
  calling: string;
  heading: string;
  /** Heading if the form does not ask for a telephone number. `{whom}` is the target's title. */
  callHeading: string;
  callHint: string;
  call: string;
  phone: string;
  phoneHint: string;
  privacy: string;
  submit: string;
  sending: string;
  /** Text of the button that requests another call. */
  again: string;
  /** Text of the button that tries to reach the backend again. */
  retry: string;
  close: string;
  offline: string;
  /** Shown while a proof of work is computed. */
  loading: string;
  /** Caption above the page's own telephone number, shown if no call can be made. */
  callUs: string;
  /**
   * Shown if the backend cannot be reached. This message is not in the file of error messages, because that file may be
   * unreachable, too.
   */
  network: string;
  /** Headings at the end of a call, which say what happened. */
  headings: Record<"placed", string>;
  status: Record<"dialing" | "placed", string>;
}
