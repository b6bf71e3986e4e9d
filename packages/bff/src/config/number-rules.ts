import type { CountryCode } from "libphonenumber-js/max";

/** Prefixes of telephone numbers that a tenant calls and of those that it does not call. Each begins with `+`. */
export interface NumberRules {
  allow: readonly string[];
  deny: readonly string[];
  /**
   * The only country that is called if the tenant names no prefix. The calling codes +7 and +1 are shared by
   * countries with very different prices.
   */
  onlyCountry?: CountryCode | undefined;
}

/** Whether a tenant's prefixes allow this number (E.164 with `+`). */
export const allowsNumber = ({ allow, deny }: NumberRules, number: string): boolean =>
  startsWithOneOf(allow, number) && !startsWithOneOf(deny, number);

const startsWithOneOf = (prefixes: readonly string[], number: string): boolean =>
  prefixes.some((prefix) => number.startsWith(prefix));
