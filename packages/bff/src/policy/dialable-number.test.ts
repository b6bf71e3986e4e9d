import fc from "fast-check";
import { parsePhoneNumberFromString } from "libphonenumber-js/max";
import { describe, expect, it } from "vitest";
import type { Tenant } from "../config/configuration.js";
import { NUMBER_RANGES } from "../config/number-ranges.js";
import { dialableNumber } from "./dialable-number.js";

const everywhere = {
  country: "RU",
  numbers: { allow: ["+1", "+2", "+3", "+4", "+5", "+6", "+7", "+8", "+9"], deny: [] },
} as unknown as Tenant;

const accepts = (typed: string, of: Tenant): boolean => {
  try {
    dialableNumber(typed, of, "phone");
    return true;
  } catch {
    return false;
  }
};

const tenant = { country: "RU", numbers: { allow: ["+7"], deny: ["+7900111"] } } as unknown as Tenant;

describe("a number to dial", () => {
  it.each([
    ["8 (900) 000-00-01", "+79000000001"],
    ["+7 900 000 00 01", "+79000000001"],
    ["79000000001", "+79000000001"],
    ["9000000001", "+79000000001"],
    [" 8-900-000-00-01 ", "+79000000001"],
    ["8 499 000 00 01", "+74990000001"],
    ["+7 79000000001", "+79000000001"],
    ["+7 89000000001", "+79000000001"],
  ])("is read from %o", (typed, number) => {
    expect(dialableNumber(typed, tenant, "phone").number).toBe(number);
  });

  it.each([
    undefined,
    "",
    "call me",
    "900",
    "+7 900 000 00 01 ext. 5",
    "8 900 000 00 01 8 900 000 00 02",
    "8 900 000-00-01\t15",
    "8 900 000-00-01 (9-18)",
    "+49 30 1234567 - 15",
    "8 9ОО 000-00-01",
    "tel:+79000000001",
    "++++",
  ])("is refused as invalid: %o", (typed) => {
    expect(() => dialableNumber(typed, tenant, "phone")).toThrow(
      expect.objectContaining({ code: "phone_invalid", at: "phone" }),
    );
  });

  it.each([
    ["(201) 555-0123", "US", "+12015550123"],
    ["(920) 555-0123", "US", "+19205550123"],
    ["030 1234567", "DE", "+49301234567"],
    ["8 900 000-00-01", "KZ", "+79000000001"],
    ["+7 900 000-00-01", "US", "+79000000001"],
  ])("is read in the country of the page: %o in %s", (typed, country, number) => {
    expect(dialableNumber(typed, everywhere, "phone", "visitor", country).number).toBe(number);
  });

  it("is refused with a country that does not exist", () => {
    expect(() => dialableNumber("020 7946 0001", everywhere, "phone", "visitor", "UK")).toThrow(
      expect.objectContaining({ code: "invalid_request", at: "phoneCountry" }),
    );
  });

  it.each([
    ["another country", "+49 1512 3456789"],
    ["a denied prefix", "+7 900 111 22 33"],
    ["a premium number", "8 809 000 00 01"],
    ["a toll-free number", "8 800 000 00 01"],
  ])("is not allowed when it is %s", (_what, typed) => {
    expect(() => dialableNumber(typed, tenant, "phone")).toThrow(
      expect.objectContaining({ code: "number_not_allowed" }),
    );
  });

  it.each([
    ["satellite, Inmarsat", "+870 773 111 632"],
    ["satellite, Iridium", "+881 612 345 678"],
    ["satellite, Thuraya", "+882 16 123 45678"],
    ["international network", "+883 5100 0000 0123"],
    ["international premium", "+979 1 2345 6789"],
    ["international toll-free", "+800 1234 5678"],
    ["premium, Russia", "8 809 000-00-01"],
    ["premium, Russia, 803", "8 803 000-00-01"],
    ["premium, United Kingdom", "+44 870 123 4567"],
    ["premium, United States", "+1 900 234 5678"],
    ["premium, Latvia", "+371 900 12 345"],
    ["shared cost, Russia", "8 801 000-00-01"],
    ["shared cost, Germany", "+49 180 5 123456"],
    ["toll-free, Russia", "8 800 000-00-01"],
    ["toll-free, United States", "+1 800 555 1234"],
    ["personal, Russia", "8 808 500-00-00"],
    ["personal, United Kingdom", "+44 7011 234567"],
    ["pager, United Kingdom", "+44 7640 123456"],
    ["internet telephony, Kazakhstan", "+7 751 000-12-34"],
    ["internet telephony, United Kingdom", "+44 56 1234 5678"],
    ["company-wide, United Kingdom", "+44 300 123 4567"],
    ["voice mail, Switzerland", "+41 860 79 123 45 67"],
    ["emergency", "112"],
    ["short", "0500"],
  ])("is refused wherever a tenant may call: %s", (_what, typed) => {
    expect(accepts(typed, everywhere)).toBe(false);
  });

  it.each([
    ["Russia", "+7 900 000-00-01"],
    ["Kazakhstan", "+7 701 000-00-01"],
    ["Germany", "+49 1512 3456789"],
    ["Jamaica", "+1 876 555 1234"],
  ])("is accepted where a tenant may call everywhere: mobile, %s", (_where, typed) => {
    expect(accepts(typed, everywhere)).toBe(true);
  });

  const withRules = (allow: string[], more: object = {}) =>
    ({ country: "RU", numbers: { allow, deny: [], ...more } }) as unknown as Tenant;

  it.each(NUMBER_RANGES)(
    "in the range $prefix is refused where +7 is allowed: $what",
    ({ prefix, kind, source }) => {
      expect(source).toMatch(/https?:/);
      const typed = `${prefix}${"0000001".slice(0, 12 - prefix.length)}`.padEnd(12, "1");
      expect(accepts(typed, withRules(["+7"]))).toBe(false);
      expect(accepts(typed, withRules(["+7"], { onlyCountry: "RU" }))).toBe(false);
      expect(accepts(typed, withRules(["+7", prefix]))).toBe(kind === "abroad");
    },
  );

  it("may be of a range that the metadata does not know, if the prefix names the range", () => {
    expect(accepts("+7 850 123-45-67", withRules(["+7", "+7850"]))).toBe(true);
    expect(accepts("+7 850 123-45", withRules(["+7", "+7850"]))).toBe(false);
    // 000 is no code of the plan, but a calling code alone names no range.
    expect(accepts("+7 000 000-00-00", withRules(["+7"]))).toBe(false);
    // The plan has numbers with this prefix, and this is none of them.
    expect(accepts("+1 212 000-0000", withRules(["+1212"]))).toBe(false);
  });

  it("is not a visitor's if it is a service number or an office of the tenant, but may be an office's", () => {
    const own = withRules(["+7"], { notVisitors: new Set(["+74990000000"]) });
    expect(accepts("8 499 000-00-00", own)).toBe(false);
    expect(dialableNumber("8 499 000-00-00", own, "sealedNumber", "office").number).toBe("+74990000000");
  });

  it("of another country with the same calling code is not allowed unless its prefix is", () => {
    const home = {
      country: "RU",
      numbers: { allow: ["+7"], deny: [], onlyCountry: "RU" },
    } as unknown as Tenant;
    expect(accepts("+7 900 000-00-01", home)).toBe(true);
    expect(accepts("+7 701 000-00-01", home)).toBe(false);
    expect(accepts("+7 701 000-00-01", tenant)).toBe(true);
  });

  it("that is accepted is a mobile or fixed one of some country, whatever was typed", () => {
    const dear = [
      "+870",
      "+881",
      "+882",
      "+883",
      "+888",
      "+979",
      "+800",
      "+808",
      "+7",
      "+78",
      "+44",
      "+1",
      "+37",
      "+49",
      "",
    ];
    const typed = fc
      .tuple(fc.constantFrom(...dear), fc.stringMatching(/^\d{6,10}$/), fc.constantFrom("", " ", "-"))
      .map(([prefix, digits, gap]) => prefix + gap + digits);
    let accepted = 0;
    fc.assert(
      fc.property(typed, (text) => {
        if (!accepts(text, everywhere)) return;
        accepted++;
        const phone = parsePhoneNumberFromString(dialableNumber(text, everywhere, "phone").number);
        expect(["MOBILE", "FIXED_LINE", "FIXED_LINE_OR_MOBILE"]).toContain(phone?.getType());
        expect(phone?.isNonGeographic()).toBe(false);
      }),
      { numRuns: 5000 },
    );
    expect(accepted).toBeGreaterThan(100);
  });
});
