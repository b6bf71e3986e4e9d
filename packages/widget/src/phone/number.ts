import type { CallRequest } from "@uis-call/shared";

/** Whether numbers of the country have the code +7, the trunk prefix 8, and ten digits after either. */
const dialsEight = (country: string): boolean => country === "RU" || country === "KZ";

/** Whether numbers of the country consist of the code +1 and ten digits. */
const dialsOne = (country: string): boolean => country === "US" || country === "CA";

/**
 * Converts digits of Arabic, Persian and full-width keyboards, all dashes, spaces and line ends, and full-width signs to
 * ASCII; removes direction marks and other invisible characters.
 */
export const plain = (text: string): string =>
  text
    .replace(/[\p{Cf}\p{M}]/gu, "")
    .replace(/[٠-٩۰-۹０-９]/g, (digit) => String(digit.charCodeAt(0) & 15))
    .replace(/[＋（）．／]/g, (sign) => String.fromCharCode(sign.charCodeAt(0) - 0xfee0))
    .replace(/[\p{Pd}−]/gu, "-")
    .replace(/\p{Zs}/gu, " ")
    .replace(LINE_END, "\n");

/** All characters that end a line in some program. An input drops some of them, and shows none of them. */
export const LINE_END = /\r\n|[\n\v\f\r\u0085\u2028\u2029]/g;

/**
 * Returns the digits and plus signs of a text. Other characters matter neither for the number nor for the position of
 * the caret.
 */
export const marksOf = (text: string): string => plain(text).replace(/[^\d+]/g, "");

/** Returns the characters of a number that are dialled: its digits, and the leading `+` if the number has one. */
export const dialled = (number: string): string =>
  // Removes the zero in "+49 (0) 30", which is dialled only within the country. Numbers in Italy keep their zero.
  marksOf(plain(number).replace(/^([\s(]*(?:\+|00|8\s?10)\s?(?!39|37[89])\d{1,3}\)?[\s.-]*)\(0\)/, "$1"))
    .replace(/^\+?[78]?\+/, "+")
    .replace(/(?!^)\+/g, "");

/**
 * Signs at which a number may end. A space is such a sign before opening hours, whose parts are captured, before a
 * time or a date, and before one or two last digits.
 */
export const BREAK =
  /[\t\n(/+]|\s\s|\s[-.·~']|[-.·~']\s|\s(?=(\d\d?)(\.\d\d)?-\d\d?(?:\.\d\d)?(?![\d-])|(\d\d?\.\d\d(?![\d.]\d)|\d\d?\.\d\d?\.\d)|(\d\d?\s*$))/g;

/** Opening hours that precede a number. */
export const HOURS_FIRST = /^\s*\(?[012]?\d(?:\.\d\d)?-[012]?\d(?:\.\d\d)?\)?(?=\s(?:\D*\d){7})/;

/**
 * Whether a number ends at a match of `BREAK`. It does not if only a prefix or an area code precedes the match.
 *
 * @param head text before the match
 */
export function endsAt(
  head: string,
  [sign = "", hour, minutes, time, last]: readonly (string | undefined)[],
  country: string,
): boolean {
  // In "+7 +7 900", the first "+7" is a repeated prefix and not a number.
  if (sign === "+") return /\d/.test(head) && !/^\+?[78]?$/.test(marksOf(head));
  const isWhole = standsAlone(head, country);
  if (!isWhole && (!/\d/.test(head) || isBeginning(head, sign, country))) return false;
  if (last) return /\d{6}$/.test(head) && (isWhole || !readSeven(dialled(head), country));
  if (time) return !head.includes(".");
  // "123 45-67" is a number, but in "1234567 9-18" the number is followed by hours.
  return !hour || (isWhole && hour.length === 1) || Boolean(minutes) || /\d{4}$/.test(head);
}

/** Whether a text has only the first digits of a number: country code, trunk prefix, area code. */
function isBeginning(head: string, sign: string, country: string): boolean {
  const marks = dialled(head).replace(/^00/, "+");
  const seven = readSeven(marks, country);
  if (seven) {
    const [code, prefix, { length }] = seven;
    if (length < 6) return code !== "" || length === 0 || length > 2;
    // A local number may have six digits, but not after the trunk prefix.
    return (length === 6 || length === 8) && code + prefix !== "" && !/[\t(/]/.test(sign);
  }
  if (dialsOne(country) && /^1?(?:\d{3}){0,2}$/.test(marks)) return true;
  // No number with a country code is complete before its eighth digit.
  if (marks.startsWith("+")) return marks.length <= (/[\t\n(]/.test(sign) ? 6 : 8);
  // An area code has up to five digits after its 0. In Belarus, 8 precedes the 0.
  return /^0\d{0,5}$/.test(marks) || (country === "BY" && marks === "8");
}

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

/**
 * Returns the number to send to the backend: in E.164, or as written, with the country by which it is to be read, if
 * only the backend can convert it. The spaces and signs show the backend what belongs together.
 */
export function phoneToSend(number: string, country: string): Pick<CallRequest, "phone" | "phoneCountry"> {
  const phone = e164(number, country);
  if (phone) return { phone };
  const written = plain(number)
    .replace(/[\s·~']+/g, " ")
    .trim();
  return { phone: /^.*[\d)]/.exec(written)?.[0] ?? "", phoneCountry: country || undefined };
}

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

/**
 * Replaces the international prefix with `+` in countries whose trunk prefix is 8. The prefix is 8 10; no number there
 * begins with 00, either. The prefixes of all other countries are left to the backend: in Hong Kong, 001 is one.
 */
const international = (marks: string, country: string): string =>
  dialsEight(country) ? marks.replace(/^(?:00|810)/, "+") : marks;

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
