import type { CallReason, CallStatus, VisitorErrorCode } from "../api/contract.js";
import type { Language } from "./language.js";

/** Messages of errors, and of statuses other than `dialing` and `placed`: `i18n/<language>-errors.ts`. */
export interface ErrorMessages {
  phoneMissing: string;
  /** Where letters, or digits that cannot be read, stand in place of digits. */
  phoneLetter: string;
  /** Where the text holds more than one number. */
  phoneSeveral: string;
  /** Where digits around the number may belong to it; `{number}` is the number without them. */
  phoneDoubt: string;
  cancel: string;
  /** For `rate_limited` with a known wait; `{when}` is "in 5 minutes". */
  limited: string;
  /** `{when}` where browsers do not know the language; `{n}` is the number. */
  wait?: Record<"second" | "minute" | "hour", string>;
  /** For every failure without a message of its own: only the site's developer can mend it. */
  notWorking: string;
  /** Headings of the ends of a call: what happened. */
  headings: Record<"failed" | "unknown" | "held" | "cancelled", string>;
  status: Record<Exclude<CallStatus, "dialing" | "placed">, string>;
  /** Take the place of the status's message where the tenant has a receiver: only then will a person call back. */
  receiver: Record<"unknown" | "held", string>;
  /** Takes the place of the status's message, where there is one. */
  reason: Partial<Record<CallReason, string>>;
  /** `quiet_hours` occurs only with a chosen time: its message is in `ScheduleMessages`. */
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

/** Loads a language's file. @throws TypeError where it cannot be fetched */
export const loadErrorMessages = async (language: Language): Promise<ErrorMessages> =>
  (await FILES[language]()).messages;
