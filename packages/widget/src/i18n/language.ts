import type { Messages } from "./messages.js";

/**
 * The languages. Labels of the button are in the first script, so that the button's text never changes after the first
 * paint; the rest is one file per language, each with a literal import that bundlers can follow.
 */
const SPOKEN = {
  en: { label: "Call me back", load: () => import("./en.js") },
  ru: { label: "Перезвоните мне", load: () => import("./ru.js") },
  de: { label: "Rückruf anfordern", load: () => import("./de.js") },
  es: { label: "Llámenme", load: () => import("./es.js") },
  kk: { label: "Маған қоңырау шалыңыз", load: () => import("./kk.js") },
  tr: { label: "Beni arayın", load: () => import("./tr.js") },
  zh: { label: "给我回电", load: () => import("./zh.js") },
  ar: { label: "اتصلوا بي", load: () => import("./ar.js") },
} as const;

/** A language the element has messages for. */
export type Language = keyof typeof SPOKEN;

/** All languages, English first. */
export const LANGUAGES = /* @__PURE__ */ Object.keys(SPOKEN) as Language[];

/** Countries that pages name in place of their language. */
const COUNTRIES: Record<string, Language> = { kz: "kk", cn: "zh" };

/** The language of a BCP 47 tag such as `ru-RU`; English where there are no messages for it. */
export function languageOf(locale: string): Language {
  const [first = ""] = locale.trim().toLowerCase().split(/[-_]/);
  const language = COUNTRIES[first] ?? first;
  return Object.hasOwn(SPOKEN, language) ? (language as Language) : "en";
}

/** The writing direction. */
export const directionOf = (language: Language): "ltr" | "rtl" => (language === "ar" ? "rtl" : "ltr");

/** The button's label where the page sets none. */
export const labelIn = (language: Language): string => SPOKEN[language].label;

/** Loads a language's file. @throws TypeError where it cannot be fetched */
export const loadMessages = async (language: Language): Promise<Messages> =>
  (await SPOKEN[language].load()).messages;
