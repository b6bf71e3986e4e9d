import { type PhoneNumberType, parsePhoneNumberFromString } from "libphonenumber-js/max";
import type { Tenant } from "../config/configuration.js";
import { allowsNumber } from "../config/number-rules.js";
import { Refusal } from "../refusal.js";

/** Kinds of number a person picks up at an ordinary price. */
const ORDINARY: ReadonlySet<PhoneNumberType | undefined> = new Set([
  "MOBILE",
  "FIXED_LINE",
  "FIXED_LINE_OR_MOBILE",
]);

/** A number that may be called, and what is known of it. */
export interface DialableNumber {
  /** E.164 with `+`. */
  number: string;
  /** ISO 3166. */
  country: string;
}

/**
 * Reads a number, as a visitor typed it or a token has it, as one of the tenant's country, or of the one after `+`, and
 * holds it against the tenant's rules.
 *
 * @param at the member of the request it came in
 * @throws Refusal `phone_invalid` or `number_not_allowed`
 */
export function dialableNumber(text: string | undefined, tenant: Tenant, at: string): DialableNumber {
  const phone = text === undefined ? undefined : parsePhoneNumberFromString(text, tenant.country);
  if (phone?.isValid() !== true || phone.ext !== undefined) {
    throw new Refusal("phone_invalid", `a complete telephone number is needed in ${at}`, { at });
  }
  const number: string = phone.number;
  const { onlyCountry } = tenant.numbers;
  if (
    !ORDINARY.has(phone.getType()) ||
    // Satellites have calling codes of no country, and metadata takes their numbers for mobile ones.
    phone.country === undefined ||
    (onlyCountry !== undefined && phone.country !== onlyCountry) ||
    !allowsNumber(tenant.numbers, number)
  ) {
    throw new Refusal("number_not_allowed", "the tenant does not have calls made to such numbers", { at });
  }
  return { number, country: phone.country };
}
