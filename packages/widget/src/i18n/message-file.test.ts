import { expect } from "chai";
import { CallButtonHarness, until } from "../call-button.harness.js";
import { directionOf, labelIn, LANGUAGES, loadMessages } from "./language.js";

describe("the element's languages", () => {
  let button: CallButtonHarness;

  afterEach(() => button.remove());

  for (const locale of LANGUAGES) {
    it(`are on the button at once, and in the panel when it opens (${locale})`, async () => {
      const { heading, phone } = await loadMessages(locale);
      button = await CallButtonHarness.create({ locale });
      expect(button.button.textContent.trim()).to.equal(labelIn(locale));
      await button.open();
      expect(button.panel.querySelector("h2")?.textContent).to.equal(heading);
      expect(button.phone.labels?.[0]?.textContent).to.equal(phone);
      expect([button.panel.lang, button.panel.dir]).to.deep.equal([locale, directionOf(locale)]);
      // Numbers are written from left to right in every script.
      expect(button.phone.dir).to.equal("ltr");
    });
  }

  it("change while the panel is open", async () => {
    button = await CallButtonHarness.create({ locale: "en" });
    await button.open();
    button.element.locale = "tr";
    await until(() => button.panel.querySelector("h2")?.textContent === "Geri arama talebi");
    expect(button.button.textContent.trim()).to.equal("Beni arayın");
  });

  it("yield to the page's own words", async () => {
    button = await CallButtonHarness.create({ strings: { label: "Ring me", heading: "Talk to Ann" } });
    expect(button.button.textContent.trim()).to.equal("Ring me");
    await button.open();
    expect(button.panel.querySelector("h2")?.textContent).to.equal("Talk to Ann");
    expect(button.phone.labels?.[0]?.textContent).to.equal("Your phone number");
  });
});
