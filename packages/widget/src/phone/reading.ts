import { BREAK, dialled, e164, grouped, marksOf, plain, readSeven, standsAlone } from "./number.js";

/** Longest number with all its separators. */
const LONGEST = 64;

/**
 * Why nothing is sent: a letter stands where a digit should be, the text holds several numbers, or other digits around
 * the number may belong to it.
 */
export type PhoneProblem = "letter" | "several" | "doubt";

/** What a text says about the one number in it. */
export interface PhoneReading {
  /** The number as written, without the text around it; with `doubt`, what the visitor is asked about. */
  number: string;
  problem?: PhoneProblem | undefined;
}

/**
 * Reads the number in a text. Loads a part of its own for a text that is more than a number.
 *
 * @param country ISO 3166 region in which numbers without `+` are read
 * @throws TypeError where that part cannot be fetched
 */
export async function readPhone(text: string, country: string): Promise<PhoneReading> {
  const number = plainNumber(text, country);
  if (number !== undefined) return { number };
  return (await import("../lazy/phone-text.js")).readText(text, country);
}

/** Returns the number of a text that is nothing else and leaves no doubt; undefined for any other text. */
export function plainNumber(text: string, country: string): string | undefined {
  const number = plain(text).trim();
  if (!isAlone(number, country)) return undefined;
  const marks = dialled(number);
  const [code, prefix, national = ""] = readSeven(marks, country) ?? [];
  // Too many digits, or one too few behind a prefix that may be the beginning of an area code.
  const inDoubt =
    marks.length > 18 || national.length > 10 || (!code && prefix && /^[^9].{8}$/.test(national));
  return inDoubt ? undefined : number;
}

/**
 * Groups the digits of a text that is a number and nothing else; returns any other text unchanged, and numbers whose
 * grouping is not known. Never adds or drops a digit, except for a repeated prefix (`+7+7 …`).
 *
 * @param country ISO 3166 region in which numbers without `+` are read
 */
export function formatPhone(text: string, country: string): string {
  const number = plain(text);
  if (!isAlone(number, country)) return text;
  // A space ends a complete number: what follows is shown apart from it.
  const isComplete = (head: string): boolean => e164(head, country)?.startsWith("+7") === true;
  if ([...number.matchAll(/\s/g)].some(({ index }) => isComplete(number.slice(0, index)))) return text;
  return grouped(number, country) ?? (/\p{Cf}/u.test(text) ? number.trim() : text);
}

/** Whether the text has digits and the signs within a number only, and no number ends before the text does. */
function isAlone(text: string, country: string): boolean {
  if (text.length > LONGEST) return false;
  const beforePlus = marksOf(text.slice(0, Math.max(text.lastIndexOf("+"), 0)));
  return (
    // "+7 +7 900": a prefix may be repeated.
    /^\+?[78]?$/.test(beforePlus) &&
    /^[ \d().'·~/+-]*\d[ ().'·~/-]*$/.test(text) &&
    ![...text.matchAll(BREAK)].some(({ index }) => standsAlone(text.slice(0, index), country))
  );
}
