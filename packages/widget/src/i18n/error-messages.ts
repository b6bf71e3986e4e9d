import type { CallReason, CallStatus, VisitorErrorCode } from "../api/contract.js";
import type { Language } from "./language.js";

/**
 * Messages for errors, and for call statuses other than `dialing` and `placed`. They are in
 * `i18n/<language>-errors.ts`.
 */
export interface ErrorMessages {
  phoneMissing: string;
  /** Shown if the number contains letters, or digits of another script that cannot be converted. */
  phoneLetter: string;
  /** Shown if the text contains more than one telephone number. */
  phoneSeveral: string;
  /** Shown if further digits may or may not belong to the number. `{number}` is the number without these digits. */
  phoneDoubt: string;
  cancel: string;
  /** Shown for `rate_limited` if the waiting time is known. `{when}` is a text such as "in 5 minutes". */
  limited: string;
  /** Text for `{when}` in a language that browsers do not know. `{n}` is the number of seconds, minutes or hours. */
  wait?: Record<"second" | "minute" | "hour", string>;
  /** Shown for failures that have no message of their own. Only the site's developer can solve such problems. */
  notWorking: string;
  /** Headings at the end of a call, which say what happened. */
  headings: Record<"failed" | "unknown" | "held" | "cancelled", string>;
  status: Record<Exclude<CallStatus, "dialing" | "placed">, string>;
  /** Replace the messages in `status` if the tenant has a webhook, because only then can they promise a call back. */
  receiver: Record<"unknown" | "held", string>;
  /** Messages for the reasons of a status. Such a message is shown in place of the message of the status. */
  reason: Partial<Record<CallReason, string>>;
  /** Messages for error codes. `quiet_hours` occurs only with a chosen time: its message is in `ScheduleMessages`. */
  failure: Record<Exclude<VisitorErrorCode, "quiet_hours">, string> & {
    network?: string;
    quiet_hours?: string;
  };
}

const FILES: Record<Language, () => Promise<{ messages: ErrorMessages }>> = {
  en: () => import("./en-errors.js"),
  ru: () => import("./ru-errors.js"),
  de: () => import("./de-errors.js"),
  es: () => import("./es-errors.js"),
  kk: () => import("./kk-errors.js"),
  tr: () => import("./tr-errors.js"),
  zh: () => import("./zh-errors.js"),
  ar: () => import("./ar-errors.js"),
};

/** Loads the error messages of a language. @throws TypeError if their file cannot be fetched */
export const loadErrorMessages = async (language: Language): Promise<ErrorMessages> =>
  (await FILES[language]()).messages;
