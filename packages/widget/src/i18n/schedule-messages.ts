import type { Language } from "./language.js";

/** What is said of a call for later; a file of its own for each language. `{when}` is a day and a time. */
export interface ScheduleMessages {
  closed: string;
  opens: string;
  /** Names the choice of day and time. */
  when: string;
  day: string;
  time: string;
  /** `{time}` on the office's clock, where it is another than the visitor's. */
  office: string;
  hint: string;
  submit: string;
  /** `quiet_hours` */
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

/** Loads a language's file. @throws TypeError where it cannot be reached */
export const loadScheduleMessages = async (language: Language): Promise<ScheduleMessages> =>
  (await FILES[language]()).messages;
