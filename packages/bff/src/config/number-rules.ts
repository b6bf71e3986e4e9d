import type { CountryCode } from "libphonenumber-js/max";

/** Prefixes, with `+`. */
export interface NumberRules {
  allow: readonly string[];
  deny: readonly string[];
  /** Where no prefix was named: several countries share +7, and +1, at quite different prices. */
  onlyCountry?: CountryCode | undefined;
}

/** Whether a tenant has numbers like this one (E.164 with `+`) called. */
export const allowsNumber = ({ allow, deny }: NumberRules, number: string): boolean =>
  startsWithOneOf(allow, number) && !startsWithOneOf(deny, number);

const startsWithOneOf = (prefixes: readonly string[], number: string): boolean =>
  prefixes.some((prefix) => number.startsWith(prefix));
