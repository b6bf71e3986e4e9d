/** Whether +7 is the country's code, 8 the prefix before a national number, and ten digits follow either. */
const dialsEight = (country: string): boolean => country === "RU" || country === "KZ";

/** The digits of Arabic, Persian and full-width keyboards, and the full-width plus. */
const plain = (text: string): string =>
  text.replace(/[٠-٩۰-۹０-９]/g, (digit) => String(digit.charCodeAt(0) & 15)).replace(/＋/g, "+");

/** Digits and plus signs: what counts of a text, and what a caret stands between. */
export const marksOf = (text: string): string => plain(text).replace(/[^\d+]/g, "");

/**
 * The one number in a text that may hold more, such as `tel:` or a word before it.
 *
 * @returns undefined where there is none, several, or one with an extension: those are better left as they are
 */
export function numberIn(text: string): string | undefined {
  // What stands between two numbers, or between a number and words; not the punctuation inside of one.
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
 * The text with its number grouped as people read it, or the text itself where how to group it is not known.
 * Never adds or drops a digit, but for a prefix that is begun anew (`+7+7 …`).
 *
 * @param country ISO 3166 region that numbers without `+` are read in
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
 * The number in E.164, or undefined where it cannot be complete, or takes a list of all countries to tell.
 * The backend has that list: give it the text then.
 *
 * @param country ISO 3166 region that numbers without `+` are read in
 */
export function phoneValue(text: string, country: string): string | undefined {
  const marks = dialled(numberIn(text) ?? "");
  const seven = readSeven(marks, country);
  const number = seven ? `+7${seven[2]}` : international(marks, country);
  return (seven ? /^\+7[34789]\d{9}$/ : /^\+(?:[1-689]\d{6,14}|7\d{10})$/).test(number) ? number : undefined;
}

/** Digits, with a `+` before them where there was one. */
const dialled = (number: string): string =>
  // "+49 (0) 30": the zero is for callers inside the country.
  marksOf(number.replace(/^(\s*\+\d{1,3}\s*)\(0\)/, "$1"))
    .replace(/^\+?[78]?\+/, "+")
    .replace(/(?!^)\+/g, "");

/** With `+` for the way out of the country: 00, and 8 10 where 8 is the prefix. */
const international = (marks: string, country: string): string =>
  marks.replace(dialsEight(country) ? /^(?:00|810)/ : /^00/, "+");

/**
 * A number of the +7 countries, taken apart without changing a digit.
 *
 * @returns the code, where it was given; the prefix; and ten digits, when it is complete
 */
function readSeven(
  marks: string,
  country: string,
): [code: string, prefix: string, national: string] | undefined {
  // No country code is 89, and no area code of ours: that 8 is the prefix, put after the code or for it.
  const [, code, eight = "", rest = ""] = /^(\+7|\+8(?=9))(8(?=9))?(.*)/.exec(marks) ?? [];
  if (code) return [code, eight, rest];
  if (!dialsEight(country) || !/^(?!810)[34789]/.test(marks)) return undefined;
  // Area codes begin with 3, 4, 8, 9 in Russia and with 7 in Kazakhstan: what else follows 7 or 8 belongs to one.
  const isNational = country === "KZ" ? /^(?:[349]|8[01256]|7[0-24-7])/ : /^(?:[349]|8[01256]|7[0-2567])/;
  const [prefix = ""] = (marks.length > 10 || !isNational.test(marks) ? /^[78]/ : /^/).exec(marks) ?? [];
  return ["", prefix, marks.slice(prefix.length)];
}
