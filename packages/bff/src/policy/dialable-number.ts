import { isSupportedCountry } from "libphonenumber-js/max";
import type { Tenant } from "../config/configuration.js";
import { judgeNumber } from "../config/number-rules.js";
import { readPhoneNumber } from "../config/phone-number.js";
import { Refusal } from "../refusal.js";

/** A telephone number that may be called, and its country. */
export interface DialableNumber {
  /** Telephone number in E.164 form with `+`. */
  number: string;
  /** ISO 3166 country code; `ZZ` if the country is unknown. */
  country: string;
}

/**
 * Parses a telephone number that a visitor typed or that a token contains, and checks it against the tenant's
 * rules.
 *
 * @param side whose phone has the number
 * @param at member of the request that contained the number
 * @param country country in which a number without `+` is read
 * @throws Refusal `phone_invalid` or `number_not_allowed`; `invalid_request` if the country is unknown
 */
export function dialableNumber(
  text: string | undefined,
  tenant: Tenant,
  at: string,
  side: "visitor" | "office" = "visitor",
  country: string = tenant.country,
): DialableNumber {
  if (!isSupportedCountry(country)) {
    throw new Refusal("invalid_request", "send the ISO 3166 code of a country, e.g. GB", {
      at: "phoneCountry",
    });
  }
  const phone = text === undefined ? undefined : readPhoneNumber(text, country);
  if (phone === undefined) throw invalid(at);
  const number: string = phone.number;
  const judgement = judgeNumber(number, tenant.numbers, side);
  if (judgement.allowed) return { number, country: judgement.country };
  if (judgement.because === "invalid") throw invalid(at);
  throw new Refusal("number_not_allowed", "the tenant does not call such numbers", { at });
}

const invalid = (at: string): Refusal =>
  new Refusal("phone_invalid", `a complete telephone number is needed in ${at}`, { at });
