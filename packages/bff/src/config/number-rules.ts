import type { CountryCode } from "libphonenumber-js/max";

/** Prefixes of numbers that a tenant calls, or does not call, each with `+`. */
export interface NumberRules {
  allow: readonly string[];
  deny: readonly string[];
  /** Country to stay in when the tenant names no prefix: countries share +7 and +1, at very different prices. */
  onlyCountry?: CountryCode | undefined;
}

/** Whether a tenant's prefixes allow this number (E.164 with `+`). */
export const allowsNumber = ({ allow, deny }: NumberRules, number: string): boolean =>
  startsWithOneOf(allow, number) && !startsWithOneOf(deny, number);

const startsWithOneOf = (prefixes: readonly string[], number: string): boolean =>
  prefixes.some((prefix) => number.startsWith(prefix));
