import type { CallReason, CallStatus, VisitorErrorCode } from "./contract.js";
import type { Language } from "./language.js";

/** What is said of a call that does not go straight through; a file of its own for each language. */
export interface TroubleTexts {
  phoneMissing: string;
  cancel: string;
  /** `rate_limited`, where the backend says for how long: `{when}` is "in 5 minutes". */
  limited: string;
  /** For every failure without a text of its own: only the site's developer can mend it. */
  notWorking: string;
  status: Record<Exclude<CallStatus, "dialing" | "placed">, string>;
  /** Says more than the status where it can. */
  reason: Partial<Record<CallReason, string>>;
  /** Where no time was chosen it cannot be `quiet_hours`, which is said with the choice. */
  failure: Record<Exclude<VisitorErrorCode, "quiet_hours">, string> & {
    network?: string;
    quiet_hours?: string;
  };
}

const FILES: Record<Language, () => Promise<{ texts: TroubleTexts }>> = {
  en: () => import("./languages/trouble-en.js"),
  ru: () => import("./languages/trouble-ru.js"),
  de: () => import("./languages/trouble-de.js"),
  es: () => import("./languages/trouble-es.js"),
  kk: () => import("./languages/trouble-kk.js"),
  tr: () => import("./languages/trouble-tr.js"),
  zh: () => import("./languages/trouble-zh.js"),
  ar: () => import("./languages/trouble-ar.js"),
};

/** Loads a language's file. @throws TypeError where it cannot be reached */
export const loadTroubleTexts = async (language: Language): Promise<TroubleTexts> =>
  (await FILES[language]()).texts;
