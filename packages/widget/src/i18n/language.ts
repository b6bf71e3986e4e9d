import type { Messages } from "./messages.js";

/**
 * The languages of the element. The button's labels are part of the first script, so that the button's text never
 * changes after the first paint. All other messages are in one file per language. The path of each file is a literal,
 * so that bundlers find the file.
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

/** A language for which the element has messages. */
export type Language = keyof typeof SPOKEN;

/** All languages for which the element has messages. English is the first. */
export const LANGUAGES = /* @__PURE__ */ Object.keys(SPOKEN) as Language[];

/** Country codes that pages use by mistake in place of a language code. */
const COUNTRIES: Record<string, Language> = { kz: "kk", cn: "zh" };

/** Returns the language of a BCP 47 tag such as `ru-RU`. Returns English if there are no messages in that language. */
export function languageOf(locale: string): Language {
  const [first = ""] = locale.trim().toLowerCase().split(/[-_]/);
  const language = COUNTRIES[first] ?? first;
  return Object.hasOwn(SPOKEN, language) ? (language as Language) : "en";
}

/** The writing direction. */
export const directionOf = (language: Language): "ltr" | "rtl" => (language === "ar" ? "rtl" : "ltr");

/** Returns the label of the button if the page has set none. */
export const labelIn = (language: Language): string => SPOKEN[language].label;

/** Loads the messages of a language. @throws TypeError if their file cannot be fetched */
export const loadMessages = async (language: Language): Promise<Messages> =>
  (await SPOKEN[language].load()).messages;
