/** Countries that share the code +7, the prefix 8 before a national number, and the ten digits after either. */
const SEVENS: ReadonlySet<string> = new Set(["RU", "KZ"]);

/** The digits of Arabic, Persian and full-width keyboards, and the full-width plus. */
const plain = (text: string): string =>
  text.replace(/[٠-٩۰-۹０-９]/g, (digit) => String(digit.charCodeAt(0) & 15)).replaceAll("＋", "+");

/** Digits and plus signs: what counts of a text, and what a caret stands between. */
export const marksOf = (text: string): string => plain(text).replace(/[^\d+]/g, "");

/** A number of the +7 countries, taken apart without changing a digit. */
interface Seven {
  /** As typed: `+7`, `8`, `7`, nothing, or `+7 8` where both were given. */
  prefix: string;
  /** Ten digits when it is complete. */
  national: string;
}

/**
 * The one number in a text that may hold more, such as `tel:` or a word before it.
 *
 * @returns undefined where there is none, several, or one with an extension: those are better left as they are
 */
export function numberIn(text: string): string | undefined {
  // What stands between two numbers, or between a number and words; not the punctuation inside of one.
  const parts = plain(text).split(/([\p{L}#,;:*/|&=%]+)/u);
  const digits = (part: string): number => marksOf(part).replaceAll("+", "").length;
  const numbers = parts.filter((part) => digits(part) > 0);
  const long = numbers.filter((part) => digits(part) > 6);
  const [found] = long.length > 0 ? long : numbers;
  if (found === undefined || (numbers.length > 1 && long.length !== 1)) return undefined;
  const after = parts.slice(parts.indexOf(found) + 1);
  if (after.some((part) => digits(part) > 0) && /^(?:доб|вн|e?xt?$|ext|х$|[#,;*])/iu.test(after[0] ?? ""))
    return undefined;
  const number = found.replace(/\p{Cf}/gu, "");
  return /^.*[\d)+]/s.exec(number.slice(number.search(/[\d+(]/)))?.[0];
}

/**
 * The text with its number grouped as people read it, or the text itself where how to group it is not known.
 * Never adds or drops a digit, but for a prefix that is begun anew (`+7+7 …`).
 *
 * @param country ISO 3166 region that numbers without `+` are read in
 */
export function formatPhone(text: string, country: string): string {
  const number = numberIn(text);
  if (number === undefined) return text;
  const seven = readSeven(dialled(number), country);
  if (seven === undefined) return /[\p{L}\p{Cf}]/u.test(text) ? number : text;
  const { prefix, national } = seven;
  const groups = [national.slice(0, 3), national.slice(3, 6), national.slice(6, 8), national.slice(8)];
  const grouped = groups.slice(1).reduce((line, group, index) => {
    return group === "" ? line : line + (index === 0 ? " " : "-") + group;
  }, groups[0] ?? "");
  return [prefix, grouped].filter((part) => part !== "").join(" ");
}

/**
 * The number in E.164, or undefined where it cannot be complete, or takes a list of all countries to tell.
 * The backend has that list: give it the text then.
 *
 * @param country ISO 3166 region that numbers without `+` are read in
 */
export function phoneValue(text: string, country: string): string | undefined {
  const number = numberIn(text);
  if (number === undefined) return undefined;
  const marks = dialled(number);
  const seven = readSeven(marks, country);
  if (seven !== undefined) return /^[34789]\d{9}$/.test(seven.national) ? `+7${seven.national}` : undefined;
  const abroad = international(marks, country);
  return abroad !== undefined && /^[1-689]\d{6,14}$|^7\d{10}$/.test(abroad) ? `+${abroad}` : undefined;
}

/** Digits, with a `+` before them where there was one. */
function dialled(number: string): string {
  // "+49 (0) 30": the zero is for callers inside the country.
  const marks = marksOf(number.replace(/^(\s*\+\d{1,3}\s*)\(0\)/, "$1")).replace(/^\+?[78]?\+/, "+");
  return marks.slice(0, 1) + marks.slice(1).replaceAll("+", "");
}

/** What follows `+`, or the way out of the country: 00, and 8 10 where 8 is the prefix. */
function international(marks: string, country: string): string | undefined {
  const [, abroad] = (SEVENS.has(country) ? /^(?:\+|00|810)(.*)/ : /^(?:\+|00)(.*)/).exec(marks) ?? [];
  return abroad;
}

function readSeven(marks: string, country: string): Seven | undefined {
  // No country code is 89, and no area code of ours: that 8 is the prefix, put after the code or for it.
  const [, code, rest = ""] = /^(\+7|\+8(?=9))(.*)$/.exec(marks) ?? [];
  if (code !== undefined) {
    return rest.startsWith("89")
      ? { prefix: `${code} 8`, national: rest.slice(1) }
      : { prefix: code, national: rest };
  }
  if (!SEVENS.has(country) || !/^[34789]/.test(marks) || marks.startsWith("810")) return undefined;
  return marks.length < 11 && isNational(marks, country)
    ? { prefix: "", national: marks }
    : withPrefix(marks);
}

/** Whether up to ten digits are taken for a number without 7 or 8 before it. */
function isNational(digits: string, country: string): boolean {
  if (digits === "7" || digits === "8") return false;
  // Area codes begin with 3, 4, 8, 9 in Russia and with 7 in Kazakhstan: what else follows 7 or 8 belongs to one.
  return (country === "KZ" ? /^(?:[349]|8[01256]|7[0-24-7])/ : /^(?:[349]|8[01256]|7[0-2567])/).test(digits);
}

const withPrefix = (digits: string): Seven =>
  /^[78]/.test(digits)
    ? { prefix: digits.slice(0, 1), national: digits.slice(1) }
    : { prefix: "", national: digits };
