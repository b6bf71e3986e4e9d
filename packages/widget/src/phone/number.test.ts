import { expect } from "chai";
import { PHONE_INPUTS } from "./inputs.harness.js";
import { formatPhone, marksOf, phoneValue } from "./number.js";

const COUNTRIES = ["RU", "KZ", "DE", ""];

/** All prefixes of all texts in the table, and each reduced to digits and plus signs. */
const texts = [
  ...new Set(
    PHONE_INPUTS.flatMap(({ shows, pasted, filled }) => [shows.replace("|", ""), pasted ?? "", filled ?? ""])
      .flatMap((text) => [text, marksOf(text)])
      .flatMap((text) => Array.from(text, (_, end) => text.slice(0, end + 1))),
  ),
];

describe("the grouping of a number", () => {
  it("has at least sixty rows to go by, no two the same", () => {
    expect(new Set(PHONE_INPUTS.map(({ name }) => name)).size).to.equal(PHONE_INPUTS.length);
    expect(PHONE_INPUTS.length).to.be.at.least(60);
  });

  for (const country of COUNTRIES) {
    it(`is the same done twice, and changes no number (${country})`, () => {
      for (const text of texts) {
        const once = formatPhone(text, country);
        expect(formatPhone(once, country), text).to.equal(once);
        const number = phoneValue(text, country);
        if (number !== undefined) expect(phoneValue(once, country), text).to.equal(number);
      }
    });
  }

  it("drops no digit and adds none", () => {
    for (const text of texts.filter((each) => !/[\p{L}%#;,]|\+.*\+/u.test(each)))
      expect(marksOf(formatPhone(text, "RU")), text).to.equal(marksOf(text));
  });
});
