import type { Failure } from "./call-state.js";
import type { Messages, Strings } from "./messages.js";

/** A page's own strings over ours. */
export const withStrings = (messages: Messages, strings: Strings = {}): Messages => ({
  ...messages,
  ...strings,
  status: { ...messages.status, ...strings.status },
  reason: { ...messages.reason, ...strings.reason },
  failure: { ...messages.failure, ...strings.failure },
});

/** "in 5 minutes": a time that far ahead, in the language's own words and plural. */
export function inWords(seconds: number, locale: string): string {
  const format = new Intl.RelativeTimeFormat(locale, { numeric: "always" });
  if (seconds < 90) return format.format(Math.ceil(seconds), "second");
  return seconds < 5400
    ? format.format(Math.ceil(seconds / 60), "minute")
    : format.format(Math.ceil(seconds / 3600), "hour");
}

/** What the visitor is told of a failure. */
export function sentenceFor({ code, retryAfter }: Failure, text: Messages, locale: string): string {
  if (code === "phone_missing") return text.phoneMissing;
  return retryAfter === undefined
    ? (text.failure[code] ?? "")
    : text.limited.replace("{when}", inWords(retryAfter, locale));
}
