import { localized, type Message, type Tenant } from "../config/configuration.js";
import type { SpokenMessage } from "../uis/uis-client.js";

/** Most characters of a value that are spoken. */
const SPOKEN_LIMIT = 60;

/**
 * Characters removed from values. Brackets, angles, slashes and signs are among them, because speech engines read
 * mark-up in all of these.
 */
const UNSPEAKABLE = /[^\p{L}\p{M}\p{N} .,'’"«»№%()-]/gu;

/** Returns the message in the visitor's language with its `{variables}` filled in once, as plain text. */
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

/** Reduces an outside value to plain words: bounded, on one line, without mark-up. */
export function plainText(value: string): string {
  const words = value.normalize("NFKC").replaceAll(/\s+/gu, " ").replaceAll(UNSPEAKABLE, "").trim();
  return Array.from(words).slice(0, SPOKEN_LIMIT).join("").trim();
}

/** A telephone number: ten digits or more, however grouped. */
const NUMBER = /\p{N}(?:[ .,'’()-]*\p{N}){9,}/gu;
/** Dot of a domain name, as in `shop.example`. */
const DOT_IN_NAME = /(?<=\p{L})\.(?=\p{L})/gu;

/**
 * Value of an anonymous visitor as it may be spoken: without telephone numbers and links. Otherwise anyone could make
 * the tenant's own voice say where to call "the bank".
 */
export const strangersText = (value: string): string =>
  plainText(value).replaceAll(NUMBER, "").replaceAll(DOT_IN_NAME, " ").trim();
