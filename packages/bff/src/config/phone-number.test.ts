import { getCountries, getExampleNumber, type PhoneNumber } from "libphonenumber-js/max";
import examples from "libphonenumber-js/examples.mobile.json" with { type: "json" };
import { describe, expect, it } from "vitest";
import { readPhoneNumber } from "./phone-number.js";

const GIVEN = "+79000000001";
const BERLIN = "+49301234567";

describe("a text that is a telephone number", () => {
  it.each([
    ["8 (900) 000-00-01", "RU", GIVEN],
    ["+7 900 000 00 01", "RU", GIVEN],
    ["(+7) 900 000 00 01", "RU", GIVEN],
    ["8 - 900 - 000 - 00 - 01", "RU", GIVEN],
    ["8–900–000–00–01", "RU", GIVEN],
    ["+7 8900 000 00 01", "RU", GIVEN],
    ["+7 7900 000 00 01", "RU", GIVEN],
    ["+779000000001", "RU", GIVEN],
    ["+789000000001", "RU", GIVEN],
    ["+7 (8 342) 200-00-01", "RU", "+73422000001"],
    ["8 10 49 30 1234567", "RU", BERLIN],
    ["+49 (0) 30 1234567", "RU", BERLIN],
    ["+49 (30) 1234567", "RU", BERLIN],
    ["+49\u00a030\u202f1234567", "RU", BERLIN],
    ["\u202a+49 30 1234567\u202c", "RU", BERLIN],
    ["＋４９（３０）１２３４５６７", "RU", BERLIN],
    ["+٤٩ ٣٠ ١٢٣٤٥٦٧", "RU", BERLIN],
    ["030/1234567", "DE", BERLIN],
    ["030 123 45-67", "DE", BERLIN],
    ["+49 - 30 - 1234567", "DE", BERLIN],
    ["01 99 00 00 01", "FR", "+33199000001"],
    ["1 (201) 555 - 0123", "US", "+12015550123"],
    ["8 (727) 200-00-01", "KZ", "+77272000001"],
    ["0532 000 00 01", "TR", "+905320000001"],
    ["030 / 1234567", "DE", BERLIN],
    ["030 12 34 56 7", "DE", BERLIN],
    ["0171 0301234", "DE", "+491710301234"],
    ["00 49 (0)30 1234567", "DE", BERLIN],
    ["+39 06 1234567", "IT", "+39061234567"],
    ["8 (029) 123-45-67", "BY", "+375291234567"],
    ["501 2345", "EE", "+3725012345"],
    ["22 05 67 89", "NO", "+4722056789"],
    ["03(1234)5678", "JP", "+81312345678"],
    ["(11) 91234-5678", "BR", "+5511912345678"],
    ["001 65 6223 4567", "HK", "+6562234567"],
  ] as const)("is read: %s in %s", (text, country, number) => {
    expect(readPhoneNumber(text, country)?.number).toBe(number);
  });

  it.each([
    ["+49 30 1234567\t15", "RU"],
    ["+49 30 1234567\n15", "RU"],
    ["+49 30 1234567 (9-18 Uhr)", "RU"],
    ["+49 30 1234567 (9-18)", "RU"],
    ["+49 30 1234567 (15)", "RU"],
    ["+49 30 1234567 9–18", "RU"],
    ["+49 30 1234567 10-12", "RU"],
    ["+49 30 1234567 9.00-18.00", "RU"],
    ["+49 30 1234567 - 15", "RU"],
    ["+49 30 1234567  15", "RU"],
    ["+49 30 1234567. 15", "RU"],
    ["+49 30 1234567/15", "RU"],
    ["+49 30 1234567 9 Uhr", "RU"],
    ["+49 30 1234567 ext. 5", "RU"],
    ["+49 30 1234567x5", "RU"],
    ["+49 30 1234567#5", "RU"],
    ["+49 30 1234567, 5", "RU"],
    ["+49 30 1234567;ext=5", "RU"],
    ["+49 30 1234567²", "RU"],
    ["+49 30 1234567 +49 30 7654321", "RU"],
    ["+49 30 1234567 15", "RU"],
    ["+49 30 1234567 18.00", "RU"],
    ["+49 30 1234567 1.12.2026", "RU"],
    ["030 1234567 (9-18)", "DE"],
    ["7654321 15", "DE"],
    ["9-18 030 1234567", "DE"],
    ["(9-18) 030 1234567", "DE"],
    ["18.00 030 1234567", "DE"],
    ["5 - 030 1234567", "DE"],
    ["3 (030) 1234567", "DE"],
    ["3/030 1234567", "DE"],
    ["3 030 1234567", "DE"],
    ["05 030 1234567", "DE"],
    ["5 501 2345", "EE"],
    ["001 65 6223 4567", "US"],
    ["8 900 000-00-01 доб. 12", "RU"],
    ["8 900 000-00-01 (12)", "RU"],
    ["8 9ОО 000-00-01", "RU"],
    ["+7 9OO 000 00 01", "RU"],
    ["+783420000001", "RU"],
    ["tel:+79000000001", "RU"],
    ["Тел.: 8 900 000-00-01", "RU"],
    ["+७९०००००००००१", "RU"],
    ["", "RU"],
  ] as const)("is not %o in %s", (text, country) => {
    expect(readPhoneNumber(text, country)?.isValid() ?? false).toBe(false);
  });

  it.each(getCountries())("is a mobile number of %s in each of its usual forms", (country) => {
    const number: PhoneNumber | undefined = getExampleNumber(country, examples);
    if (number === undefined) return;
    const national = number.formatNational();
    for (const text of [
      national,
      national.replaceAll("-", " "),
      national.replaceAll(/[^\d]+/g, " "),
      national.replaceAll(/[^\d]+/g, "-"),
      national.replaceAll(/[^\d]/g, ""),
      number.formatInternational(),
      number.number,
    ])
      expect(readPhoneNumber(text.trim(), country)?.number, text).toBe(number.number);
  });
});
