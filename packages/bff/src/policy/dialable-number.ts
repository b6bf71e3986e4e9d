import { isSupportedCountry, type PhoneNumberType } from "libphonenumber-js/max";
import type { Tenant } from "../config/configuration.js";
import { allowsNumber } from "../config/number-rules.js";
import { readPhoneNumber } from "../config/phone-number.js";
import { Refusal } from "../refusal.js";

/** Types of telephone numbers that people answer and to which calls cost an ordinary price. */
const ORDINARY: ReadonlySet<PhoneNumberType | undefined> = new Set([
  "MOBILE",
  "FIXED_LINE",
  "FIXED_LINE_OR_MOBILE",
]);

/** A telephone number that may be called, and its country. */
export interface DialableNumber {
  /** Telephone number in E.164 form with `+`. */
  number: string;
  /** ISO 3166 country code. */
  country: string;
}

/**
 * Parses a telephone number that a visitor typed or that a token contains, and checks it against the tenant's
 * rules.
 *
 * @param at member of the request that contained the number
 * @param country country in which a number without `+` is read
 * @throws Refusal `phone_invalid` or `number_not_allowed`; `invalid_request` if the country is unknown
 */
export function dialableNumber(
  text: string | undefined,
  tenant: Tenant,
  at: string,
  country: string = tenant.country,
): DialableNumber {
  if (!isSupportedCountry(country)) {
    throw new Refusal("invalid_request", "send the ISO 3166 code of a country, e.g. GB", {
      at: "phoneCountry",
    });
  }
  const phone = text === undefined ? undefined : readPhoneNumber(text, country);
  if (phone?.isValid() !== true) {
    throw new Refusal("phone_invalid", `a complete telephone number is needed in ${at}`, { at });
  }
  const number: string = phone.number;
  const { onlyCountry } = tenant.numbers;
  if (
    !ORDINARY.has(phone.getType()) ||
    // Refuses satellite numbers: their calling codes belong to no country, and the metadata of the library
    // lists them as mobile numbers.
    phone.country === undefined ||
    (onlyCountry !== undefined && phone.country !== onlyCountry) ||
    !allowsNumber(tenant.numbers, number)
  ) {
    throw new Refusal("number_not_allowed", "the tenant does not call such numbers", { at });
  }
  return { number, country: phone.country };
}
