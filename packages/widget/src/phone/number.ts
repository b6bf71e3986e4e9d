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

/** Digits and plus signs of a text: all that counts for the number and for the caret. */
export const marksOf = (text: string): string => plain(text).replace(/[^\d+]/g, "");

/** The digits of a number, with a leading `+` where there was one. */
export const dialled = (number: string): string =>
  // "+49 (0) 30": the zero is dialled within the country only.
  marksOf(plain(number).replace(/^([\s(]*(?:\+|00|8\s?10)\s?\d{1,3}\)?\s?)\(0\)/, "$1"))
    .replace(/^\+?[78]?\+/, "+")
    .replace(/(?!^)\+/g, "");

/** What ends a number that can stand alone, and stands within any other. Hours follow a space: their digits are captured. */
export const BREAK = /[\t\n\r(/+]|\s\s|\s-|-\s|\.\s|\s(?=(\d\d?)(\.\d\d)?-\d\d?(?:\.\d\d)?(?![\d-]))/g;

/** Complete numbers: of +1 and +7 all have one length; the other lengths are those of E.164. */
const COMPLETE = /^\+(?:1\d{10}|7[34789]\d{9}|[2-689]\d{6,14})$/;

/**
 * Returns the number in E.164; undefined where it is incomplete, or only a list of all countries could tell.
 *
 * @param country ISO 3166 region in which numbers without `+` are read
 */
export function e164(number: string, country: string): string | undefined {
  const marks = dialled(number);
  const seven = readSeven(marks, country);
  const full = seven ? `+7${seven[2]}` : international(marks, country);
  return COMPLETE.test(full) ? full : undefined;
}

/** What the backend is sent: the number in E.164, or its digits where only the backend can tell. */
export const phoneToSend = (number: string, country: string): string =>
  e164(number, country) ?? dialled(number);

/** Whether the number may be a complete one: what follows a bracket or a spaced dash is not a part of it then. */
export function standsAlone(number: string, country: string): boolean {
  const full = e164(number, country);
  // No country has complete numbers of fewer than eight digits with its code.
  if (full) return full.length > 8;
  const marks = dialled(number);
  if (readSeven(marks, country) || international(marks, country).startsWith("+")) return false;
  return (dialsOne(country) ? /^1?\d{10,}$/ : /^\d{8,}$/).test(marks);
}

/** Groups the digits of a +7 number; undefined for any other. Adds no digit, and drops a repeated prefix only. */
export function grouped(number: string, country: string): string | undefined {
  const seven = readSeven(dialled(number), country);
  if (!seven) return undefined;
  const [code, eight, national] = seven;
  const [, area, ...groups] = /^(.{0,3})(.{0,3})(.{0,2})(.*)/.exec(national) ?? [];
  return [code, eight, area, groups.filter(Boolean).join("-")].filter(Boolean).join(" ");
}

/** Replaces the international prefix by `+`: 00, or 8 10 where 8 is the trunk prefix. */
const international = (marks: string, country: string): string =>
  marks.replace(dialsEight(country) ? /^(?:00|810)/ : /^00/, "+");

/**
 * Splits a number of the +7 countries without changing a digit.
 *
 * @returns the code and the trunk prefix, each empty where missing, and the national number, ten digits when complete
 */
export function readSeven(
  marks: string,
  country: string,
): [code: string, prefix: string, national: string] | undefined {
  // No country code begins with 89, and no +7 area code with 89 or 79: that digit is the prefix, after the code or in its
  // place.
  const [, code, prefixed = "", rest = ""] = /^(\+7|\+8(?=9))([78](?=9))?(.*)/.exec(marks) ?? [];
  if (code) return [code, prefixed, rest];
  if (!dialsEight(country) || !/^(?!810)[34789]/.test(marks)) return undefined;
  // Area codes begin with 3, 4, 8 or 9 in Russia and with 7 in Kazakhstan. These expressions match numbers without a prefix.
  const isNational = country === "KZ" ? /^(?:[349]|8[01256]|7[0-24-7])/ : /^(?:[349]|8[01256]|7[0-2567])/;
  const [prefix = ""] = (marks.length > 10 || !isNational.test(marks) ? /^[78]/ : /^/).exec(marks) ?? [];
  return ["", prefix, marks.slice(prefix.length)];
}
