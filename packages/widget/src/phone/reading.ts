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

/** Maximum length of a number with all its separators. */
const LONGEST = 64;

/**
 * Reason why no number is sent: a letter stands in place of a digit, the text contains several numbers, or other digits
 * next to the number may belong to it.
 */
export type PhoneProblem = "letter" | "several" | "doubt";

/** The result of reading the number in a text. */
export interface PhoneReading {
  /**
   * The number as written, without the text around it. If the problem is `doubt`, the number that the visitor is asked
   * about.
   */
  number: string;
  problem?: PhoneProblem | undefined;
}

/**
 * Reads the number in a text. Loads a separate module if the text contains more than a number.
 *
 * @param country ISO 3166 region in which numbers without `+` are read
 * @throws TypeError if that module cannot be fetched
 */
export async function readPhone(text: string, country: string): Promise<PhoneReading> {
  const number = plainNumber(text, country);
  if (number !== undefined) return { number };
  return (await import("../lazy/phone-text.js")).readText(text, country);
}

/** Returns the number if the text is nothing but a number and leaves no doubt. Returns undefined for any other text. */
export function plainNumber(text: string, country: string): string | undefined {
  const number = plain(text).trim();
  if (!isAlone(number, country)) return undefined;
  const marks = dialled(number);
  if (marks.length > MOST_MARKS) return undefined;
  const seven = readSeven(marks, country);
  return seven && (seven[2].length > 10 || isPrefixInDoubt(seven)) ? undefined : number;
}

/**
 * Groups the digits of a text that is nothing but a number. Returns any other text unchanged, and also a number whose
 * grouping is not known. Never adds or removes a digit, except that it removes a repeated prefix (`+7+7 …`).
 *
 * @param country ISO 3166 region in which numbers without `+` are read
 */
export function formatPhone(text: string, country: string): string {
  const number = plain(text);
  if (!isAlone(number, country)) return text;
  // A complete number ends at a space, so text after that space is not grouped with the number.
  const isComplete = (head: string): boolean => e164(head, country)?.startsWith("+7") === true;
  if ([...number.matchAll(/\s/g)].some(({ index }) => isComplete(number.slice(0, index)))) return text;
  // An area code has at least three digits, so "9-18" may be hours before the number.
  const [code, prefix] = readSeven(dialled(number), country) ?? [];
  if (code === "" && prefix === "" && /^\D*\d{1,2}\D/.test(number)) return text;
  return grouped(number, country) ?? (/\p{Cf}/u.test(text) ? number.trim() : text);
}

/**
 * Whether the text consists only of digits and signs that are used in numbers, and no number ends before the end of the
 * text.
 */
function isAlone(text: string, country: string): boolean {
  if (text.length > LONGEST) return false;
  const beforePlus = marksOf(text.slice(0, Math.max(text.lastIndexOf("+"), 0)));
  return (
    // A prefix may be repeated, as in "+7 +7 900".
    /^\+?[78]?$/.test(beforePlus) &&
    /^[ \d().'·~/+-]*\d[ ().'·~/-]*$/.test(text) &&
    !HOURS_FIRST.test(text) &&
    ![...text.matchAll(BREAK)].some((match) => endsAt(text.slice(0, match.index), match, country))
  );
}
