import { type Demo, startDemo } from "@uis-call/demo";
import type { EngineBrowser } from "@uis-call/testing/browsers/engine";
import { ENGINES } from "@uis-call/testing/browsers/engines";
import type { Tab } from "@uis-call/testing/browsers/tab";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { KEYS, PHONE_INPUTS, type PhoneInput } from "../packages/widget/dist/phone/inputs.harness.js";
import { readText } from "../packages/widget/dist/lazy/phone-text.js";
import { e164, phoneToSend } from "../packages/widget/dist/phone/number.js";
import type { Tenant } from "../packages/bff/dist/index.js";
import { dialableNumber } from "../packages/bff/dist/policy/dialable-number.js";

/**
 * The rows of the table that name a country. The demo cannot test the other rows, because its tenant always has a
 * country.
 */
const ROWS = PHONE_INPUTS.filter(({ country }) => country !== "");

// Uses the same table as the unit tests of the element, but with the shipped bundle in real browsers.
describe.each(ENGINES)("the telephone field in $name", ({ start }) => {
  let demo: Demo;
  let browser: EngineBrowser;
  let tab: Tab;

  beforeAll(async () => {
    demo = await startDemo({ port: 0 });
    browser = await start();
    tab = await browser.open();
    // Tries a second time if opening the form fails: a busy machine may refuse the first session, and Vitest does not
    // retry hooks.
    await openForm().catch(openForm);
    await tab.run(() => {
      const field = document
        .querySelector("uis-call-button#sales")
        ?.shadowRoot?.querySelector("[part~=phone]");
      Object.assign(window, { field });
      // Adds a text area. Tests copy text from it, which they then paste into the telephone field.
      document.body.prepend(document.createElement("textarea"));
    });
  });
  async function openForm(): Promise<void> {
    await tab.goto(demo.url);
    await tab.click("uis-call-button#sales >>> [part~=button]");
    await tab.see("uis-call-button#sales >>> [part~=phone]");
  }

  afterAll(async () => {
    await tab.close();
    await browser.close();
    await demo.stop();
  });

  const type = async (texts: readonly string[]): Promise<void> => {
    for (const text of texts) {
      if (text === "Undo") await tab.undo();
      else if (KEYS.includes(text)) await tab.press(text);
      else await tab.type(text);
    }
  };

  const paste = async (text: string): Promise<void> => {
    const [start, end] = await tab.run((value) => {
      const range = [field.selectionStart, field.selectionEnd];
      const source = document.querySelector("textarea")!;
      source.value = value;
      source.select();
      return range;
    }, text);
    await tab.press("Control+c");
    await tab.run(
      (from, to) => {
        field.focus();
        field.setSelectionRange(from, to);
      },
      start ?? null,
      end ?? null,
    );
    await tab.press("Control+v");
  };

  const perform = async ({ from, typed = [], pasted, filled }: PhoneInput): Promise<void> => {
    if (from !== undefined) await type([from]);
    await type(typed);
    if (pasted !== undefined) await paste(pasted);
    if (filled === undefined) return;
    await tab.run((value) => {
      field.blur();
      field.value = value;
      field.dispatchEvent(new Event("change"));
    }, filled);
  };

  it.each(ROWS)("$name", async (row) => {
    const { country = "RU" } = row;
    await tab.run((region) => {
      Object.assign(document.querySelector("uis-call-button#sales")!, { country: region });
      field.value = "";
      field.dispatchEvent(new Event("change"));
      field.focus();
    }, country);
    await perform(row);
    const shown = () =>
      tab.run((withCaret) => {
        const { value, selectionStart } = field;
        return withCaret
          ? `${value.slice(0, selectionStart ?? 0)}|${value.slice(selectionStart ?? 0)}`
          : value;
      }, row.shows.includes("|"));
    // Polls, because pasting a text may first load the script that parses it.
    await expect.poll(shown).toBe(row.shows);
    const { number, problem } = readText(await tab.run(() => field.value), country);
    expect(problem).toBe(row.asks);
    expect(problem ? undefined : e164(number, country)).toBe(row.gives);
  });
});

describe("a text of that table", () => {
  /**
   * Returns the telephone number that the backend dials for the text of a request, or undefined if the backend refuses
   * the text.
   */
  function dialledFor(text: string, country: string): string | undefined {
    const allow = ["+1", "+2", "+3", "+4", "+5", "+6", "+7", "+8", "+9"];
    const tenant = { country, numbers: { allow, deny: [] } } as unknown as Tenant;
    try {
      return dialableNumber(text, tenant, "phone").number;
    } catch {
      return undefined;
    }
  }

  it.each(ROWS.filter(({ asks, gives, dials }) => !asks && (gives ?? dials)))(
    "$name: the backend dials the number that the element sends",
    ({ shows, country = "RU", gives, dials }) => {
      const text = shows.replace("|", "");
      const number = gives ?? dials!;
      const sent = phoneToSend(readText(text, country).number, country);
      // Undefined is allowed, because some invented numbers of the table do not exist in the numbering plan of any
      // country.
      expect([number, undefined]).toContain(dialledFor(sent, country));
      if (dials) expect(dialledFor(sent, country)).toBe(dials);
      expect([number, undefined]).toContain(dialledFor(text, country));
    },
  );

  it.each(ROWS.filter(({ asks }) => asks))(
    "$name: the backend refuses it where the element asks the visitor",
    ({ shows, pasted, dials, country = "RU" }) => {
      expect(dialledFor(shows.replace("|", ""), country)).toBe(dials);
      if (pasted) expect(dialledFor(pasted, country)).toBe(dials);
    },
  );
});

/** The telephone field of the element. The test stores it in a global variable of the page. */
declare const field: HTMLInputElement;
