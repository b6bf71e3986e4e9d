import type { Language } from "./language.js";

/**
 * Messages for scheduled calls, from `i18n/<language>-schedule.ts`. `{when}` is a day and a time in the format of `at`.
 */
export interface ScheduleMessages {
  closed: string;
  /** Format of a day and a time within a sentence, made of `{weekday}`, `{date}` and `{time}`. */
  at: string;
  /** Weekdays for `at`, Sunday first, if the sentence needs a different grammatical form than the browser's. */
  weekdays?: readonly string[];
  /** Names of weekdays (Sunday first) and of months, for a language that browsers do not know. */
  names?: { weekdays: readonly string[]; months: readonly string[] };
  opens: string;
  /** Legend of the selects for day and time. */
  when: string;
  day: string;
  time: string;
  /** `{weekday}` and `{time}` are in the office's time zone. Shown if they differ from the visitor's. */
  office: string;
  hint: string;
  submit: string;
  /** Message for the error `quiet_hours`. */
  quiet: string;
  scheduled: string;
}

const FILES: Record<Language, () => Promise<{ messages: ScheduleMessages }>> = {
  en: () => import("./en-schedule.js"),
  ru: () => import("./ru-schedule.js"),
  de: () => import("./de-schedule.js"),
  es: () => import("./es-schedule.js"),
  kk: () => import("./kk-schedule.js"),
  tr: () => import("./tr-schedule.js"),
  zh: () => import("./zh-schedule.js"),
  ar: () => import("./ar-schedule.js"),
};

/** Loads a language's file. @throws TypeError if it cannot be fetched */
export const loadScheduleMessages = async (language: Language): Promise<ScheduleMessages> =>
  (await FILES[language]()).messages;
