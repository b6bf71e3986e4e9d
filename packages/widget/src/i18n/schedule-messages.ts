import type { Language } from "./language.js";

/** Messages of calls for later: `i18n/<language>-schedule.ts`. `{when}` is a day and a time. */
export interface ScheduleMessages {
  closed: string;
  opens: string;
  /** Legend of the choice of day and time. */
  when: string;
  day: string;
  time: string;
  /** `{time}` is the office's local time, shown where it differs from the visitor's. */
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
