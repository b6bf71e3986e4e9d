import type { Language } from "./language.js";

/**
 * Messages for scheduled calls. They are in `i18n/<language>-schedule.ts`. In a message, `{when}` stands for a day and
 * a time in the format that `at` sets.
 */
export interface ScheduleMessages {
  closed: string;
  /** Format of a day and a time within a sentence. It contains `{weekday}`, `{date}` and `{time}`. */
  at: string;
  /** Names of weekdays in `at` (Sunday first). Needed if browsers do not provide the grammatical form for `at`. */
  weekdays?: readonly string[];
  /** Names of weekdays (Sunday first) and of months. Needed for a language that browsers do not know. */
  names?: { weekdays: readonly string[]; months: readonly string[] };
  opens: string;
  /** Legend of the selects for day and time. */
  when: string;
  day: string;
  time: string;
  /** Shown if the office has another local time than the visitor. `{weekday}` and `{time}` are those at the office. */
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

/** Loads the messages of a language. @throws TypeError if their file cannot be fetched */
export const loadScheduleMessages = async (language: Language): Promise<ScheduleMessages> =>
  (await FILES[language]()).messages;
