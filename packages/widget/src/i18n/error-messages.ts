import type { CallReason, CallStatus } from "../api/contract.js";
import type { Language } from "./language.js";
import type { FailureCode } from "./messages.js";

/** What is said of a call that does not go straight through; a file of its own for each language. */
export interface ErrorMessages {
  phoneMissing: string;
  cancel: string;
  /** `rate_limited`, where the backend says for how long: `{when}` is "in 5 minutes". */
  limited: string;
  status: Record<Exclude<CallStatus, "dialing" | "placed">, string>;
  /** Says more than the status where it can. */
  reason: Partial<Record<CallReason, string>>;
  /** Where no time was chosen it cannot be `quiet_hours`, which is said with the choice. */
  failure: Record<Exclude<FailureCode, "network" | "quiet_hours">, string> & {
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

/** Loads a language's file. @throws TypeError where it cannot be reached */
export const loadErrorMessages = async (language: Language): Promise<ErrorMessages> =>
  (await FILES[language]()).messages;
