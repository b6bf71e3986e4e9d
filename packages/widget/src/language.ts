import type { Messages } from "./messages.js";

/** The button's words are in the first script, so that it never says one thing and then another. */
const LABELS = {
  en: "Call me back",
  ru: "Перезвоните мне",
  de: "Rückruf anfordern",
  es: "Llámenme",
  kk: "Маған қоңырау шалыңыз",
  tr: "Beni arayın",
  zh: "给我回电",
  ar: "اتصلوا بي",
} as const;

/** A language the element speaks. */
export type Language = keyof typeof LABELS;

/** All of them, English first. */
export const LANGUAGES = Object.keys(LABELS) as Language[];

/** What to import for a language: a file each, for bundlers to see. */
const FILES: Record<Language, () => Promise<{ messages: Messages }>> = {
  en: () => import("./languages/en.js"),
  ru: () => import("./languages/ru.js"),
  de: () => import("./languages/de.js"),
  es: () => import("./languages/es.js"),
  kk: () => import("./languages/kk.js"),
  tr: () => import("./languages/tr.js"),
  zh: () => import("./languages/zh.js"),
  ar: () => import("./languages/ar.js"),
};

/** The language of a BCP 47 tag such as `ru-RU`; English where we do not have it. */
export function languageOf(locale: string): Language {
  const [language = ""] = locale.trim().toLowerCase().split(/[-_]/);
  return Object.hasOwn(LABELS, language) ? (language as Language) : "en";
}

/** Which way it is written. */
export const directionOf = (language: Language): "ltr" | "rtl" => (language === "ar" ? "rtl" : "ltr");

/** The button's words, when the page gives none. */
export const labelIn = (language: Language): string => LABELS[language];

/** Loads a language's file. @throws TypeError where it cannot be reached */
export const loadMessages = async (language: Language): Promise<Messages> =>
  (await FILES[language]()).messages;
