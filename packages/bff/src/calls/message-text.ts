import { localized, type Message, type Tenant } from "../config/configuration.js";
import type { SpokenMessage } from "../uis/uis-client.js";
import { formsMore, SPOKEN_LIMIT, strangersValues, UNSPEAKABLE } from "./strangers-text.js";

/** Values for the variables of messages, in the form in which they are spoken. */
export interface SpokenValues {
  values: Readonly<Record<string, string>>;
  /** Whether an anonymous visitor has filled them in. */
  strangers: boolean;
}

/** Returns the values of a call in the form in which they may be spoken. */
export function spokenValues(given: Readonly<Record<string, string>>, strangers: boolean): SpokenValues {
  if (strangers) return { values: strangersValues(given), strangers };
  const plain = Object.entries(given).map(([name, value]) => [name, plainText(value)]);
  return { values: Object.fromEntries(plain) as Record<string, string>, strangers };
}

/**
 * Returns the message in the given language as plain text. Each `{variable}` in it is replaced once, so a value
 * that contains braces is not replaced again.
 */
export function spokenMessage(
  message: Message,
  { values, strangers }: SpokenValues,
  locale: string,
  tenant: Tenant,
): SpokenMessage {
  if ("media" in message) return { media: message.media };
  const template = localized(message.text, locale, tenant.locale);
  // Every second piece is the name of a variable, and then its value.
  const pieces = template
    .split(/\{([^{}]*)\}/)
    .map((piece, index) =>
      index % 2 === 0 ? piece : Object.hasOwn(values, piece) ? (values[piece] ?? "") : "",
    );
  const leftOut = strangers && formsMore(pieces);
  const text = pieces.filter((_, index) => index % 2 === 0 || !leftOut).join("");
  return { text: text.replaceAll(/ {2,}/g, " ").trim() };
}

/** Turns a value that comes from outside into plain words: short, on one line and without mark-up. */
export function plainText(value: string): string {
  const words = value.normalize("NFKC").replaceAll(/\s+/gu, " ").replaceAll(UNSPEAKABLE, "").trim();
  return Array.from(words).slice(0, SPOKEN_LIMIT).join("").trim();
}
