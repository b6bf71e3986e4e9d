import type { CallReason, CallStatus, VisitorErrorCode } from "../api/contract.js";
import type { Language } from "./language.js";

/** Messages for errors, and for statuses other than `dialing` and `placed`. They are in `i18n/<language>-errors.ts`. */
export interface ErrorMessages {
  phoneMissing: string;
  /** Shown if letters, or digits that cannot be read, stand in place of digits. */
  phoneLetter: string;
  /** Shown if the text contains more than one number. */
  phoneSeveral: string;
  /** Shown if digits next to the number may belong to it. `{number}` is the number without these digits. */
  phoneDoubt: string;
  cancel: string;
  /** Shown for `rate_limited` if the waiting time is known. `{when}` is a text such as "in 5 minutes". */
  limited: string;
  /** Text for `{when}` if browsers do not know the language. `{n}` is the number of units. */
  wait?: Record<"second" | "minute" | "hour", string>;
  /** Shown for every failure without its own message. Only the site's developer can solve such a problem. */
  notWorking: string;
  /** Headings at the end of a call, which say what happened. */
  headings: Record<"failed" | "unknown" | "held" | "cancelled", string>;
  status: Record<Exclude<CallStatus, "dialing" | "placed">, string>;
  /** Replace the messages of these statuses if the tenant has a receiver: only then will a person call back. */
  receiver: Record<"unknown" | "held", string>;
  /** Replaces the message of the status, if there is one for the call's reason. */
  reason: Partial<Record<CallReason, string>>;
  /** `quiet_hours` occurs only with a chosen time, so its message is in `ScheduleMessages`. */
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

/** Loads a language's file. @throws TypeError if it cannot be fetched */
export const loadErrorMessages = async (language: Language): Promise<ErrorMessages> =>
  (await FILES[language]()).messages;
