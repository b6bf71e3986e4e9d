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

/**
 * Reads what a visitor typed as a number of the tenant's country, or of the one after `+`, and holds it against the
 * tenant's rules.
 *
 * @returns E.164 with `+`
 * @throws Refusal `phone_invalid` or `number_not_allowed`
 */
export function visitorNumber(typed: string | undefined, tenant: Tenant): string {
  const phone = typed === undefined ? undefined : parsePhoneNumberFromString(typed, tenant.country);
  if (phone?.isValid() !== true || phone.ext !== undefined) {
    throw new Refusal("phone_invalid", "send a complete telephone number in phone", { at: "phone" });
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
    throw new Refusal("number_not_allowed", "the tenant does not have calls made to such numbers", {
      at: "phone",
    });
  }
  return number;
}
