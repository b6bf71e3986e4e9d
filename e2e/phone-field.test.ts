import { existsSync } from "node:fs";
import { type Demo, startDemo } from "@uis-call/demo";
import puppeteer, { type Browser, type ElementHandle, type KeyInput, type Page } from "puppeteer-core";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { KEYS, PHONE_INPUTS, type PhoneInput } from "../packages/widget/dist/phone-inputs.harness.js";
import { phoneValue } from "../packages/widget/dist/phone-number.js";

/** The element's own table, in the shipped bundle, in every engine this machine has. */
const ENGINES = [
  { engine: "Chromium", browser: "chrome", path: process.env["CHROME_PATH"] ?? "/usr/bin/chromium" },
  { engine: "Firefox", browser: "firefox", path: process.env["FIREFOX_PATH"] ?? "/usr/bin/firefox-esr" },
] as const;

/** The demo's tenant is Russian, so a region that is none cannot be had there. */
const ROWS = PHONE_INPUTS.filter(({ country }) => country !== "");

describe.each(ENGINES.filter(({ path }) => existsSync(path)))(
  "the telephone field in $engine",
  ({ browser: name, path }) => {
    let demo: Demo;
    let browser: Browser;
    let page: Page;
    let input: ElementHandle<HTMLInputElement>;

    beforeAll(async () => {
      demo = await startDemo({ port: 0 });
      browser = await puppeteer.launch({
        browser: name,
        executablePath: path,
        args: name === "chrome" && process.getuid?.() === 0 ? ["--no-sandbox"] : [],
      });
      page = await browser.newPage();
      await page.goto(demo.url);
      await page.evaluate(async () => {
        await customElements.whenDefined("uis-call-button");
        document.querySelector<HTMLElement & { show: () => void }>("uis-call-button#sales")?.show();
      });
      const found = await page.waitForSelector("uis-call-button#sales >>> [part~=phone]");
      input = found as ElementHandle<HTMLInputElement>;
      // What is to be pasted is copied from here.
      await page.evaluate(() => document.body.prepend(document.createElement("textarea")));
    });
    afterAll(async () => {
      await browser.close();
      await demo.stop();
    });

    beforeEach(() =>
      input.evaluate((field) => {
        field.value = "";
        field.dispatchEvent(new Event("change"));
        field.focus();
      }),
    );

    const press = async (chord: string): Promise<void> => {
      const keys = (chord === "Undo" ? "Control+z" : chord).split("+") as KeyInput[];
      for (const key of keys.slice(0, -1)) await page.keyboard.down(key);
      await page.keyboard.press(keys.at(-1)!);
      for (const key of keys.slice(0, -1)) await page.keyboard.up(key);
    };

    const type = async (texts: readonly string[]): Promise<void> => {
      for (const text of texts) {
        if (KEYS.includes(text)) await press(text);
        else await page.keyboard.type(text);
      }
    };

    const paste = async (text: string): Promise<void> => {
      const [start, end] = await input.evaluate((field) => [field.selectionStart, field.selectionEnd]);
      await page.evaluate((value) => {
        const source = document.querySelector("textarea")!;
        source.value = value;
        source.select();
      }, text);
      await press("Control+c");
      await input.evaluate(
        (field, from, to) => {
          field.focus();
          field.setSelectionRange(from, to);
        },
        start!,
        end!,
      );
      await press("Control+v");
    };

    const perform = async ({ from, typed = [], pasted, filled }: PhoneInput): Promise<void> => {
      if (from !== undefined) await type([from]);
      await type(typed);
      if (pasted !== undefined) await paste(pasted);
      if (filled !== undefined) {
        await input.evaluate((field, value) => {
          field.blur();
          field.value = value;
          field.dispatchEvent(new Event("change"));
        }, filled);
      }
    };

    it.each(ROWS)("$name", async (row) => {
      const country = row.country ?? "RU";
      await page.$eval(
        "uis-call-button#sales",
        (element, value) => Object.assign(element, { country: value }),
        country,
      );
      await perform(row);
      const { value, selectionStart } = await input.evaluate((field) => ({
        value: field.value,
        selectionStart: field.selectionStart,
      }));
      const caret = selectionStart ?? 0;
      const shown = row.shows.includes("|") ? `${value.slice(0, caret)}|${value.slice(caret)}` : value;
      expect(shown).toBe(row.shows);
      expect(phoneValue(value, country)).toBe(row.gives);
    });
  },
);
