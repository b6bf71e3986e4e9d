import {
  BREAK,
  dialled,
  e164,
  endsAt,
  grouped,
  HOURS_FIRST,
  isPrefixInDoubt,
  marksOf,
  MOST_MARKS,
  plain,
  readSeven,
} from "./number.js";

/** Maximum length of a number, including all separators. */
const LONGEST = 64;

/**
 * Reason why no number is sent. `letter`: a letter stands in place of a digit. `several`: the text contains more than
 * one number. `doubt`: it is unclear which digits belong to the number.
 */
export type PhoneProblem = "letter" | "several" | "doubt";

/** The telephone number that was found in a text. */
export interface PhoneReading {
  /**
   * The number as it is written, without the text around it. If the problem is `doubt`, this is the number that the
   * visitor is asked to check.
   */
  number: string;
  problem?: PhoneProblem | undefined;
}

/**
 * Reads the telephone number in a text. If the text contains more than a number, a separate module is loaded for this.
 *
 * @param country country (ISO 3166 code) to which numbers without `+` belong
 * @throws TypeError if that module cannot be fetched
 */
export async function readPhone(text: string, country: string): Promise<PhoneReading> {
  const number = plainNumber(text, country);
  if (number !== undefined) return { number };
  return (await import("../lazy/phone-text.js")).readText(text, country);
}

/** Returns the number if the text certainly is a number and nothing else. Returns undefined for any other text. */
export function plainNumber(text: string, country: string): string | undefined {
  const number = plain(text).trim();
  if (!isAlone(number, country)) return undefined;
  const marks = dialled(number);
  if (marks.length > MOST_MARKS) return undefined;
  const seven = readSeven(marks, country);
  return seven && (seven[2].length > 10 || isPrefixInDoubt(seven)) ? undefined : number;
}

/**
 * Groups the digits of a text that is nothing but a number. Returns any other text unchanged. Numbers whose grouping is
 * not known are not grouped either. No digit is added or removed, except a repeated prefix (`+7+7 …`).
 *
 * @param country country (ISO 3166 code) to which numbers without `+` belong
 */
export function formatPhone(text: string, country: string): string {
  const number = plain(text);
  if (!isAlone(number, country)) return text;
  // If the digits before a space are already a complete number, the digits after the space do not belong to the number.
  const isComplete = (head: string): boolean => e164(head, country)?.startsWith("+7") === true;
  if ([...number.matchAll(/\s/g)].some(({ index }) => isComplete(number.slice(0, index)))) return text;
  // An area code has at least three digits, so "9-18" may be hours before the number.
  const [code, prefix] = readSeven(dialled(number), country) ?? [];
  if (code === "" && prefix === "" && /^\D*\d{1,2}\D/.test(number)) return text;
  return grouped(number, country) ?? (/\p{Cf}/u.test(text) ? number.trim() : text);
}

/**
 * Whether the whole text is one number: it contains only digits and separators, and no number ends before the end of
 * the text.
 */
function isAlone(text: string, country: string): boolean {
  if (text.length > LONGEST) return false;
  const beforePlus = marksOf(text.slice(0, Math.max(text.lastIndexOf("+"), 0)));
  return (
    // Before the last "+", only a repeated prefix is allowed, as in "+7 +7 900".
    /^\+?[78]?$/.test(beforePlus) &&
    /^[ \d().'·~/+-]*\d[ ().'·~/-]*$/.test(text) &&
    !HOURS_FIRST.test(text) &&
    ![...text.matchAll(BREAK)].some((match) => endsAt(text.slice(0, match.index), match, country))
  );
}
