import type { Messages } from "./messages.js";

/**
 * The languages. The button's labels are part of the first script, so that the button's text never changes after the
 * first paint. All other messages are in one file per language. Each file has an `import` with a literal path, which
 * bundlers can follow.
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

/** All languages, English first. */
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

/** Returns the button's label for pages that set no label. */
export const labelIn = (language: Language): string => SPOKEN[language].label;

/** Loads a language's file. @throws TypeError if it cannot be fetched */
export const loadMessages = async (language: Language): Promise<Messages> =>
  (await SPOKEN[language].load()).messages;
