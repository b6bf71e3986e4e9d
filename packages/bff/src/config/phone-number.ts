import { type CountryCode, type PhoneNumber, parsePhoneNumberFromString } from "libphonenumber-js/max";

/** Digits of Latin, full-width, Arabic and Persian keyboards, and the signs between them. */
const WRITTEN = /^[+＋(（]{0,2}[\d٠-٩۰-۹０-９\p{Zs}\p{Pd}−()（）./／]+$/u;

/**
 * What ends a number that is complete, and stands within any other: brackets, spaced dashes, hours, a time or a date,
 * one or two last digits.
 */
const BREAK =
  /[(/]| {2}| [-.]|[-.] | (?=(\d\d?)(\.\d\d)?-\d\d?(?:\.\d\d)?$|(\d\d?\.\d\d?(?:\.\d{2,4})?$)|(\d\d?$))/g;

/** `+7` before an 8 or 7 dialled out of habit: no area code begins with 89 or 79. */
const HABIT = /^(\+7[^\d+]*)[78](?=[^\d+]*9)/;

/**
 * Reads a text that is a telephone number and nothing else. Hours, an extension or a second number behind a complete
 * number never become a part of it: such a text is no number.
 *
 * @param country country of numbers without `+`
 */
export function readPhoneNumber(text: string, country?: CountryCode): PhoneNumber | undefined {
  const trimmed = text.replaceAll(/\p{Cf}/gu, "").trim();
  if (!WRITTEN.test(trimmed)) return undefined;
  const written = trimmed
    .normalize("NFKC")
    .replaceAll(/[٠-٩۰-۹]/g, (digit) => String(digit.charCodeAt(0) & 15))
    .replaceAll(/[\p{Pd}−]/gu, "-")
    .replace(/^\((\+\d{1,3})\)/, "$1")
    .replace(HABIT, "$1");
  if (hasNumberBefore(written, country) || mayBeAnother(written)) return undefined;
  const number = parse(written, country);
  return number && hasNumberAfter(written, number, country) ? undefined : number;
}

function parse(written: string, defaultCountry: CountryCode | undefined): PhoneNumber | undefined {
  return parsePhoneNumberFromString(written, {
    ...(defaultCountry !== undefined && { defaultCountry }),
    extract: false,
  });
}

/** Whether a complete number ends before the text does. */
function hasNumberBefore(written: string, country: CountryCode | undefined): boolean {
  return [...written.matchAll(BREAK)].some(({ 1: hour, 2: minutes, 3: time, 4: last, index }) => {
    const head = written.slice(0, index);
    // "123 45-67" is a number, "1234567 9-18" has hours behind it.
    const mayEnd =
      (hour === undefined || hour.length === 1 || minutes !== undefined || /\d{4}$/.test(head)) &&
      (time === undefined || !head.includes(".")) &&
      (last === undefined || /\d{6}$/.test(head));
    return mayEnd && parse(head, country)?.isValid() === true;
  });
}

/**
 * Whether the text ends with a number that is written in full, and is not the number of the whole text: other digits
 * stand before it, as in `9-18 030 1234567`. An area code, and the first group of a number that is grouped as its country
 * groups it, are no such digits.
 */
function hasNumberAfter(written: string, whole: PhoneNumber, country: CountryCode | undefined): boolean {
  if (written.startsWith("+") || groupsOf(written) === groupsOf(whole.formatNational())) return false;
  return [...written.matchAll(/\d+/g)].some(({ index }) => {
    const before = digitsOf(written.slice(0, index));
    if (before === "" || /^0\d{2}/.test(before)) return false;
    const rest = written.slice(index);
    const number = parse(rest, country);
    return (
      number?.isValid() === true &&
      number.number !== whole.number &&
      digitsOf(number.formatNational()) === digitsOf(rest)
    );
  });
}

const digitsOf = (text: string): string => text.replaceAll(/\D/g, "");
const groupsOf = (text: string): string => text.replaceAll(/\D+/g, " ").trim();

/**
 * Whether an 8 after `+7` may begin an area code, with a digit too many behind it. The parser drops that 8, which makes
 * another number. Set apart (`+7 8 342 …`), it is the prefix.
 */
const mayBeAnother = (written: string): boolean =>
  /^\+78\d{10,}$/.test(written.replaceAll(/[^\d+]/g, "")) && !/^\+7[^\d]*8[^\d]/.test(written);
