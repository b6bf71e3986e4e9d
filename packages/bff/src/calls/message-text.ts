import { localized, type Message, type Tenant } from "../config/configuration.js";
import type { SpokenMessage } from "../uis/uis-client.js";

/** Longest value spoken, in characters. */
const SPOKEN_LIMIT = 60;

/** What a visitor's value may consist of. No brackets, angles, slashes or signs: speech engines take mark-up in all of them. */
const UNSPEAKABLE = /[^\p{L}\p{M}\p{N} .,'’"«»№%()-]/gu;

/** The message in the visitor's language with its `{variables}` filled in, each once and as plain text. */
export function spokenMessage(
  message: Message,
  variables: Record<string, string>,
  locale: string,
  tenant: Tenant,
): SpokenMessage {
  if ("media" in message) return { media: message.media };
  const template = localized(message.text, locale, tenant.locale);
  const text = template.replaceAll(/\{([^{}]*)\}/g, (_all, name: string) =>
    plainText(Object.hasOwn(variables, name) ? (variables[name] ?? "") : ""),
  );
  return { text: text.replaceAll(/ {2,}/g, " ").trim() };
}

/** What is left of a value from outside once only words are spoken: bounded, on one line, without mark-up. */
export function plainText(value: string): string {
  const words = value.normalize("NFKC").replaceAll(/\s+/gu, " ").replaceAll(UNSPEAKABLE, "").trim();
  return Array.from(words).slice(0, SPOKEN_LIMIT).join("").trim();
}
