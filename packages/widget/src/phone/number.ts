/** Whether numbers of the country have the code +7, the trunk prefix 8, and ten digits after either. */
const dialsEight = (country: string): boolean => country === "RU" || country === "KZ";

/** Converts digits of Arabic, Persian and full-width keyboards, and the full-width plus, to ASCII. */
const plain = (text: string): string =>
  text.replace(/[٠-٩۰-۹０-９]/g, (digit) => String(digit.charCodeAt(0) & 15)).replace(/＋/g, "+");

/** Digits and plus signs of a text: all that counts for the number and for the caret. */
export const marksOf = (text: string): string => plain(text).replace(/[^\d+]/g, "");

/**
 * Finds the only number in a text that may contain more, such as `tel:` or words.
 *
 * @returns undefined where there is none, several, or one with an extension: such text stays as typed
 */
export function numberIn(text: string): string | undefined {
  // Splits at letters and separators between numbers, not at the punctuation within a number.
  const parts = plain(text).split(/([\p{L}#,;:*/|&=%]+)/u);
  const numbers = parts.filter((part) => /\d/.test(part));
  const long = numbers.filter((part) => /(?:\d\D*){7}/.test(part));
  const [found, another] = long.length > 0 ? long : numbers;
  if (!found || another) return undefined;
  const [mark = "", ...rest] = parts.slice(parts.indexOf(found) + 1);
  if (/^(?:доб|вн|e?xt?$|ext|х$|[#,;*])/iu.test(mark) && /\d/.test(rest.join(""))) return undefined;
  return /[\d+(](?:.*[\d)+])?/s.exec(found.replace(/\p{Cf}/gu, ""))?.[0];
}

/**
 * Groups the digits of the number in a text; returns the text unchanged where the grouping is not known.
 * Never adds or drops a digit, except for a repeated prefix (`+7+7 …`).
 *
 * @param country ISO 3166 region in which numbers without `+` are read
 */
export function formatPhone(text: string, country: string): string {
  const number = numberIn(text);
  if (!number) return text;
  const seven = readSeven(dialled(number), country);
  if (!seven) return /[\p{L}\p{Cf}]/u.test(text) ? number : text;
  const [code, eight, national] = seven;
  const [, area, ...groups] = /^(.{0,3})(.{0,3})(.{0,2})(.*)/.exec(national) ?? [];
  return [code, eight, area, groups.filter(Boolean).join("-")].filter(Boolean).join(" ");
}

/**
 * Returns the number in E.164; undefined where it is incomplete, or only a list of all countries could tell. The backend
 * has that list: send it the text then.
 *
 * @param country ISO 3166 region in which numbers without `+` are read
 */
export function phoneValue(text: string, country: string): string | undefined {
  const marks = dialled(numberIn(text) ?? "");
  const seven = readSeven(marks, country);
  const number = seven ? `+7${seven[2]}` : international(marks, country);
  return (seven ? /^\+7[34789]\d{9}$/ : /^\+(?:[1-689]\d{6,14}|7\d{10})$/).test(number) ? number : undefined;
}

/** The digits, with a leading `+` where there was one. */
const dialled = (number: string): string =>
  // "+49 (0) 30": the zero is dialled within the country only.
  marksOf(number.replace(/^(\s*\+\d{1,3}\s*)\(0\)/, "$1"))
    .replace(/^\+?[78]?\+/, "+")
    .replace(/(?!^)\+/g, "");

/** Replaces the international prefix by `+`: 00, or 8 10 where 8 is the trunk prefix. */
const international = (marks: string, country: string): string =>
  marks.replace(dialsEight(country) ? /^(?:00|810)/ : /^00/, "+");

/**
 * Splits a number of the +7 countries without changing a digit.
 *
 * @returns the code and the trunk prefix, each empty where missing, and the national number, ten digits when complete
 */
function readSeven(
  marks: string,
  country: string,
): [code: string, prefix: string, national: string] | undefined {
  // No country code and no +7 area code begins with 89: that 8 is the trunk prefix, after the code or in its place.
  const [, code, eight = "", rest = ""] = /^(\+7|\+8(?=9))(8(?=9))?(.*)/.exec(marks) ?? [];
  if (code) return [code, eight, rest];
  if (!dialsEight(country) || !/^(?!810)[34789]/.test(marks)) return undefined;
  // Area codes begin with 3, 4, 8 or 9 in Russia and with 7 in Kazakhstan. These expressions match numbers without a prefix.
  const isNational = country === "KZ" ? /^(?:[349]|8[01256]|7[0-24-7])/ : /^(?:[349]|8[01256]|7[0-2567])/;
  const [prefix = ""] = (marks.length > 10 || !isNational.test(marks) ? /^[78]/ : /^/).exec(marks) ?? [];
  return ["", prefix, marks.slice(prefix.length)];
}
