import { expect } from "chai";
import { PHONE_INPUTS, TEXTS_AROUND } from "./inputs.harness.js";
import { readText } from "../lazy/phone-text.js";
import { e164, marksOf, MOST_MARKS, phoneToSend } from "./number.js";
import { formatPhone, plainNumber } from "./reading.js";

const phoneValue = (text: string, country: string): string | undefined => {
  const { number, problem } = readText(text, country);
  return problem ? undefined : e164(number, country);
};

const COUNTRIES = ["RU", "KZ", "DE", ""];

/** All beginnings of all texts in the table, each as it is and reduced to digits and plus signs. */
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
    for (const rows of TEXTS_AROUND) expect(rows).to.be.at.least(70);
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

  it("reads the same number after it as before", () => {
    for (const { pasted, typed, from, country = "RU", gives, asks } of PHONE_INPUTS) {
      if (pasted === undefined || typed || from) continue;
      expect(phoneValue(pasted, country), pasted).to.equal(gives);
      expect(readText(pasted, country).problem, pasted).to.equal(asks);
    }
  });

  it("finds without the part for other texts what that part finds", () => {
    let plain = 0;
    for (const text of texts) {
      for (const country of COUNTRIES) {
        const number = plainNumber(text, country);
        if (number === undefined) continue;
        plain += 1;
        const reading = readText(text, country);
        expect(reading.problem, text).to.equal(undefined);
        expect(phoneToSend(reading.number, country), text).to.deep.equal(phoneToSend(number, country));
      }
    }
    expect(plain).to.be.above(1000);
  });

  it("takes no time with a text of any length", () => {
    const before = performance.now();
    for (const piece of ["(", " ", "-", "1", "+1", "a1", "1 - ", "9-18 ", "BEGIN:VCARD\n"]) {
      const text = piece.repeat(100_000);
      expect(formatPhone(text, "RU")).to.equal(text);
      expect(readText(text, "RU").number).to.equal("");
    }
    expect(performance.now() - before).to.be.below(1000);
  });

  it("sends what a request may hold, and the country with each number that the backend is to read", () => {
    for (const text of texts) {
      for (const country of COUNTRIES) {
        const { number, problem } = readText(text, country);
        if (problem) continue;
        const { phone = "", phoneCountry } = phoneToSend(number, country);
        expect(phone, text).to.match(/^(?:\+\d{7,15}|[\d ().+/-]{0,64})$/);
        expect(marksOf(phone).length, text).to.be.at.most(MOST_MARKS + 2);
        if (phoneCountry === undefined && country) expect(phone, text).to.match(/^\+\d{7,15}$/);
      }
    }
  });

  it("drops no digit and adds none", () => {
    for (const text of texts.filter((each) => !/[\p{L}%#;,]|\+.*\+/u.test(each)))
      expect(marksOf(formatPhone(text, "RU")), text).to.equal(marksOf(text));
  });
});
