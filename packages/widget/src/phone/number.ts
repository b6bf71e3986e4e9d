/** Whether numbers of the country consist of the code +7 or the trunk prefix 8, and ten digits. */
const dialsEight = (country: string): boolean => country === "RU" || country === "KZ";

/** Whether numbers of the country consist of the code +1 and ten digits. */
const dialsOne = (country: string): boolean => country === "US" || country === "CA";

/**
 * Converts digits of Arabic, Persian and full-width keyboards, all dashes and spaces, and full-width punctuation to
 * ASCII. Removes direction marks and other invisible characters.
 */
export const plain = (text: string): string =>
  text
    .replace(/[\p{Cf}\p{M}]/gu, "")
    .replace(/[٠-٩۰-۹０-９]/g, (digit) => String(digit.charCodeAt(0) & 15))
    .replace(/[＋（）．／]/g, (sign) => String.fromCharCode(sign.charCodeAt(0) - 0xfee0))
    .replace(/[\p{Pd}−]/gu, "-")
    .replace(/\p{Zs}/gu, " ");

/**
 * Returns the digits and plus signs of a text. Other characters matter neither for the number nor for the position of
 * the caret.
 */
export const marksOf = (text: string): string => plain(text).replace(/[^\d+]/g, "");

/** Returns the characters of a number that are dialled: its digits, and the leading `+` if the number has one. */
export const dialled = (number: string): string =>
  // Removes the zero in "+49 (0) 30", because it is dialled only in calls within the country.
  marksOf(plain(number).replace(/^([\s(]*(?:\+|00|8\s?10)\s?\d{1,3}\)?\s?)\(0\)/, "$1"))
    .replace(/^\+?[78]?\+/, "+")
    .replace(/(?!^)\+/g, "");

/**
 * Matches characters after which a number may be complete. If the digits before such a character can be a complete
 * number, the number ends there. Otherwise the character is a separator inside the number. A space before opening hours
 * also matches, and the digits of the opening hours are captured.
 */
export const BREAK = /[\t\n\r(/+]|\s\s|\s-|-\s|\.\s|\s(?=(\d\d?)(\.\d\d)?-\d\d?(?:\.\d\d)?(?![\d-]))/g;

/**
 * Matches complete numbers in E.164 form. Numbers with +1 or +7 have ten digits after the country code. Other numbers
 * may have any length that E.164 allows.
 */
const COMPLETE = /^\+(?:1\d{10}|7[34789]\d{9}|[2-689]\d{6,14})$/;

/**
 * Returns the number in E.164 form. Returns undefined if the number is incomplete, or if the conversion requires the
 * numbering plan of another country. The element contains no such plans.
 *
 * @param country country (ISO 3166 code) to which numbers without `+` belong
 */
export function e164(number: string, country: string): string | undefined {
  const marks = dialled(number);
  const seven = readSeven(marks, country);
  const full = seven ? `+7${seven[2]}` : international(marks, country);
  return COMPLETE.test(full) ? full : undefined;
}

/** Returns the number to send to the backend: in E.164 form if possible. Otherwise the backend converts its digits. */
export const phoneToSend = (number: string, country: string): string =>
  e164(number, country) ?? dialled(number);

/** Whether a number may be complete. If so, the number ends at a bracket, or at a dash next to a space. */
export function standsAlone(number: string, country: string): boolean {
  const full = e164(number, country);
  // In all countries, a complete number with its country code has at least eight digits.
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

/** Replaces the international prefix with `+`. The prefix is 00. In Russia and Kazakhstan, it may also be 8 10. */
const international = (marks: string, country: string): string =>
  marks.replace(dialsEight(country) ? /^(?:00|810)/ : /^00/, "+");

/** How many digits and plus signs a number may have, including its prefix. */
export const MOST_MARKS = 18;

/** A number of the +7 countries in three parts. The country code and the trunk prefix are empty if they are missing. */
type Seven = [code: string, prefix: string, national: string];

/**
 * Whether it is unclear if the first digit is a prefix. The digits may be a prefix and an incomplete number of nine
 * digits, or a complete number of ten digits that begins with the same digit as a prefix.
 */
export const isPrefixInDoubt = ([code, prefix, national]: Seven): boolean =>
  !code && prefix !== "" && /^[^9].{8}$/.test(national);

/**
 * Splits a number of the +7 countries into its parts, without changing a digit. Returns undefined for other numbers.
 *
 * @returns the parts of the number. If the number is complete, its national number has ten digits
 */
export function readSeven(marks: string, country: string): Seven | undefined {
  // After "+", 89 cannot begin a country code: the 8 stands in place of the code +7. After "+7", 89 or 79 cannot begin
  // an area code: the 8 or 7 is a superfluous prefix.
  const [, code, prefixed = "", rest = ""] = /^(\+7|\+8(?=9))([78](?=9))?(.*)/.exec(marks) ?? [];
  if (code) return [code, prefixed, rest];
  if (!dialsEight(country) || !/^(?!810)[34789]/.test(marks)) return undefined;
  // Area codes begin with 3, 4, 8 or 9 in Russia and with 7 in Kazakhstan. A number that matches begins with such an
  // area code, so it has no prefix.
  const isNational = country === "KZ" ? /^(?:[349]|8[01256]|7[0-24-7])/ : /^(?:[349]|8[01256]|7[0-2567])/;
  const [prefix = ""] = (marks.length > 10 || !isNational.test(marks) ? /^[78]/ : /^/).exec(marks) ?? [];
  return ["", prefix, marks.slice(prefix.length)];
}
