import { localized, type Message, type Tenant } from "../config/configuration.js";
import type { SpokenMessage } from "../uis/uis-client.js";

/** Maximum number of characters of a value that are spoken. */
const SPOKEN_LIMIT = 60;

/**
 * Characters that are removed from values. They include brackets, angle brackets, slashes and symbols, because
 * speech engines interpret these as mark-up.
 */
const UNSPEAKABLE = /[^\p{L}\p{M}\p{N} .,'’"«»№%()-]/gu;

/**
 * Returns the message in the given language as plain text. Each `{variable}` in it is replaced once, so a value
 * that contains braces is not replaced again.
 */
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

/** Turns a value that comes from outside into plain words: short, on one line and without mark-up. */
export function plainText(value: string): string {
  const words = value.normalize("NFKC").replaceAll(/\s+/gu, " ").replaceAll(UNSPEAKABLE, "").trim();
  return Array.from(words).slice(0, SPOKEN_LIMIT).join("").trim();
}

/** A telephone number: at least ten digits, in whatever groups. */
const NUMBER = /\p{N}(?:[ .,'’()-]*\p{N}){9,}/gu;
/** The dot in a domain name such as `shop.example`. */
const DOT_IN_NAME = /(?<=\p{L})\.(?=\p{L})/gu;

/**
 * Returns a value of an anonymous visitor in the form in which it may be spoken: without telephone numbers and
 * links. Otherwise anyone could make the tenant's voice tell people to call a false "bank".
 */
export const strangersText = (value: string): string =>
  plainText(value).replaceAll(NUMBER, "").replaceAll(DOT_IN_NAME, " ").trim();
