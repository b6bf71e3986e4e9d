import type { Language } from "./language.js";

/** Messages of calls for later: `i18n/<language>-schedule.ts`. `{when}` is a day and a time, written as `at` says. */
export interface ScheduleMessages {
  closed: string;
  /** A day and a time within a sentence: `{weekday}`, `{date}` and `{time}`. */
  at: string;
  /** Days in `at` from Sunday on, where the sentence needs another form than the browser's. */
  weekdays?: readonly string[];
  /** Names of days, from Sunday on, and months, where browsers lack them. */
  names?: { weekdays: readonly string[]; months: readonly string[] };
  opens: string;
  /** Legend of the choice of day and time. */
  when: string;
  day: string;
  time: string;
  /** `{weekday}` and `{time}` are the office's, shown where they differ from the visitor's. */
  office: string;
  hint: string;
  submit: string;
  /** For the error `quiet_hours`. */
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

/** Loads a language's file. @throws TypeError where it cannot be fetched */
export const loadScheduleMessages = async (language: Language): Promise<ScheduleMessages> =>
  (await FILES[language]()).messages;
