import { type CountryCode, type PhoneNumberType, parsePhoneNumberFromString } from "libphonenumber-js/max";
import { NUMBER_RANGES } from "./number-ranges.js";

/** Prefixes of telephone numbers that a tenant calls and of those that it does not call. Each begins with `+`. */
export interface NumberRules {
  allow: readonly string[];
  deny: readonly string[];
  /**
   * The only country that is called if the tenant names no prefix. The calling codes +7 and +1 are shared by
   * countries with very different prices.
   */
  onlyCountry?: CountryCode | undefined;
  /** Numbers that are not called as a visitor: service numbers of all tenants, and fixed office numbers of this one. */
  notVisitors?: ReadonlySet<string> | undefined;
}

/** Types of telephone numbers that people answer and to which calls cost an ordinary price. */
const ORDINARY: ReadonlySet<PhoneNumberType | undefined> = new Set([
  "MOBILE",
  "FIXED_LINE",
  "FIXED_LINE_OR_MOBILE",
]);

/** Whether a number may be called, and its country (ISO 3166; `ZZ` if it is unknown). */
export type NumberJudgement =
  | { allowed: true; country: string }
  /** `invalid`: no numbering plan has such a number. */
  | { allowed: false; because: "invalid" | "rules" };

/**
 * Judges a telephone number by the numbering plans, by {@link NUMBER_RANGES} and by the rules of the tenant. A
 * number is judged when a request is accepted and again when it is dialled.
 *
 * @param number E.164 with `+`
 */
export function judgeNumber(number: string, rules: NumberRules, side: "visitor" | "office"): NumberJudgement {
  const phone = parsePhoneNumberFromString(number);
  if (phone === undefined) return { allowed: false, because: "invalid" };
  const code = `+${phone.countryCallingCode}`;
  // A prefix that is only a calling code names no particular range.
  const named = rules.allow.filter((prefix) => prefix.length > code.length && number.startsWith(prefix));
  const unheard = !phone.isValid();
  if (unheard && !(phone.isPossible() && named.some((prefix) => !isKnown(prefix, number.length))))
    return { allowed: false, because: "invalid" };
  const range = NUMBER_RANGES.find(({ prefix }) => number.startsWith(prefix));
  const isAbroad = range?.kind === "abroad" && !named.some((prefix) => prefix.startsWith(range.prefix));
  const { onlyCountry } = rules;
  const isRefused =
    range?.kind === "satellite" ||
    isAbroad ||
    // Refuses other satellite numbers: their calling codes belong to no country, and the metadata of the library
    // lists them as mobile numbers.
    (!unheard && (!ORDINARY.has(phone.getType()) || phone.country === undefined)) ||
    (onlyCountry !== undefined && phone.country !== onlyCountry) ||
    !startsWithOneOf(rules.allow, number) ||
    startsWithOneOf(rules.deny, number) ||
    (side === "visitor" && rules.notVisitors?.has(number) === true);
  if (isRefused) return { allowed: false, because: "rules" };
  return { allowed: true, country: phone.country ?? "ZZ" };
}

/** Whether the numbering plans have any number of this length with the prefix. */
function isKnown(prefix: string, length: number): boolean {
  for (let digit = 0; digit <= 9; digit++) {
    const example = parsePhoneNumberFromString(prefix.padEnd(length, String(digit)));
    if (example?.isValid() === true) return true;
  }
  return false;
}

const startsWithOneOf = (prefixes: readonly string[], number: string): boolean =>
  prefixes.some((prefix) => number.startsWith(prefix));
