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

/** Ten digits, however they are grouped: a telephone number. */
const NUMBER = /\p{N}(?:[ .,'’()-]*\p{N}){9,}/gu;
/** As in `shop.example`. */
const DOT_IN_NAME = /(?<=\p{L})\.(?=\p{L})/gu;

/**
 * A value from somebody nobody vouches for, as it may be spoken: without a number to call or a name to open. Or anybody
 * could have the tenant's own voice tell whomever they like where to call "the bank".
 */
export const strangersText = (value: string): string =>
  plainText(value).replaceAll(NUMBER, "").replaceAll(DOT_IN_NAME, " ").trim();
