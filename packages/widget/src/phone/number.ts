/** Whether numbers of the country have the code +7, the trunk prefix 8, and ten digits after either. */
const dialsEight = (country: string): boolean => country === "RU" || country === "KZ";

/** Whether the country's numbers have ten digits after the code +1. */
const dialsOne = (country: string): boolean => country === "US" || country === "CA";

/**
 * Converts digits of Arabic, Persian and full-width keyboards, all dashes and spaces, and full-width signs to ASCII; removes
 * direction marks and other invisible characters.
 */
export const plain = (text: string): string =>
  text
    .replace(/[\p{Cf}\p{M}]/gu, "")
    .replace(/[٠-٩۰-۹０-９]/g, (digit) => String(digit.charCodeAt(0) & 15))
    .replace(/[＋（）．／]/g, (sign) => String.fromCharCode(sign.charCodeAt(0) - 0xfee0))
    .replace(/[\p{Pd}−]/gu, "-")
    .replace(/\p{Zs}/gu, " ");

/**
 * Returns the digits and plus signs of a text. All other signs are ignored for the number and for the position of the
 * caret.
 */
export const marksOf = (text: string): string => plain(text).replace(/[^\d+]/g, "");

/** Returns the digits of a number, with a leading `+` if the number has one. */
export const dialled = (number: string): string =>
  // Removes the zero in "+49 (0) 30", which is dialled only within the country.
  marksOf(plain(number).replace(/^([\s(]*(?:\+|00|8\s?10)\s?\d{1,3}\)?\s?)\(0\)/, "$1"))
    .replace(/^\+?[78]?\+/, "+")
    .replace(/(?!^)\+/g, "");

/**
 * Signs that end a number if it can stand alone, and that are part of the number otherwise. A space before opening
 * hours is such a sign; the digits of the hours are captured.
 */
export const BREAK = /[\t\n\r(/+]|\s\s|\s-|-\s|\.\s|\s(?=(\d\d?)(\.\d\d)?-\d\d?(?:\.\d\d)?(?![\d-]))/g;

/**
 * Complete numbers. All numbers with +1 or +7 have the same length. All other numbers may have any length that E.164
 * allows.
 */
const COMPLETE = /^\+(?:1\d{10}|7[34789]\d{9}|[2-689]\d{6,14})$/;

/**
 * Returns the number in E.164. Returns undefined if the number is incomplete, or if only a list of all countries could
 * show what it is.
 *
 * @param country ISO 3166 region in which numbers without `+` are read
 */
export function e164(number: string, country: string): string | undefined {
  const marks = dialled(number);
  const seven = readSeven(marks, country);
  const full = seven ? `+7${seven[2]}` : international(marks, country);
  return COMPLETE.test(full) ? full : undefined;
}

/** Returns the number to send to the backend: in E.164, or only its digits if only the backend can convert it. */
export const phoneToSend = (number: string, country: string): string =>
  e164(number, country) ?? dialled(number);

/** Whether the number may be complete. If it is, text after a bracket or a dash with spaces is not part of it. */
export function standsAlone(number: string, country: string): boolean {
  const full = e164(number, country);
  // In no country does a complete number, including the country code, have fewer than eight digits.
  if (full) return full.length > 8;
  const marks = dialled(number);
  if (readSeven(marks, country) || international(marks, country).startsWith("+")) return false;
  return (dialsOne(country) ? /^1?\d{10,}$/ : /^\d{8,}$/).test(marks);
}

/**
 * Groups the digits of a +7 number. Returns undefined for any other number. Adds no digit, and removes only a repeated
 * prefix.
 */
export function grouped(number: string, country: string): string | undefined {
  const seven = readSeven(dialled(number), country);
  if (!seven) return undefined;
  const [code, eight, national] = seven;
  const [, area, ...groups] = /^(.{0,3})(.{0,3})(.{0,2})(.*)/.exec(national) ?? [];
  return [code, eight, area, groups.filter(Boolean).join("-")].filter(Boolean).join(" ");
}

/** Replaces the international prefix with `+`. The prefix is 00, or also 8 10 in countries whose trunk prefix is 8. */
const international = (marks: string, country: string): string =>
  marks.replace(dialsEight(country) ? /^(?:00|810)/ : /^00/, "+");

/** Maximum number of digits and plus signs of a number, including its prefix. */
export const MOST_MARKS = 18;

/** A number of the +7 countries: its country code, its trunk prefix (both empty if missing), and its national number. */
type Seven = [code: string, prefix: string, national: string];

/**
 * Whether the digits are either a prefix and nine digits, or a number of ten digits whose area code begins like a
 * prefix.
 */
export const isPrefixInDoubt = ([code, prefix, national]: Seven): boolean =>
  !code && prefix !== "" && /^[^9].{8}$/.test(national);

/**
 * Splits a number of the +7 countries without changing a digit.
 *
 * @returns the parts; a complete national number has ten digits
 */
export function readSeven(marks: string, country: string): Seven | undefined {
  // No country code begins with 89, and no +7 area code begins with 89 or 79. In such a number, the 8 or 7 is a prefix:
  // it follows the country code or stands in its place.
  const [, code, prefixed = "", rest = ""] = /^(\+7|\+8(?=9))([78](?=9))?(.*)/.exec(marks) ?? [];
  if (code) return [code, prefixed, rest];
  if (!dialsEight(country) || !/^(?!810)[34789]/.test(marks)) return undefined;
  // Area codes begin with 3, 4, 8 or 9 in Russia and with 7 in Kazakhstan. These expressions match numbers without a prefix.
  const isNational = country === "KZ" ? /^(?:[349]|8[01256]|7[0-24-7])/ : /^(?:[349]|8[01256]|7[0-2567])/;
  const [prefix = ""] = (marks.length > 10 || !isNational.test(marks) ? /^[78]/ : /^/).exec(marks) ?? [];
  return ["", prefix, marks.slice(prefix.length)];
}
