import { launchBrowser } from "@uis-call/testing/browsers/playwright";
import type { Browser, Locator } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { findings } from "./axe.js";
import { DISPLAYS, Stage, STATES } from "./stage.js";

// Runs in Chromium only, because other browsers cannot be told to emulate forced colours.

let browser: Browser;
beforeAll(async () => {
  browser = await launchBrowser();
});
afterAll(() => browser.close());

const THEMES = {
  light: { colorScheme: "light", forcedColors: "none" },
  dark: { colorScheme: "dark", forcedColors: "none" },
  "forced colours": { colorScheme: "dark", forcedColors: "active" },
} as const;

describe.each(DISPLAYS)("the button, %s", (display) => {
  it.each(STATES)("has nothing that axe finds, whatever the theme and the direction: %s", async (state) => {
    const stage = await Stage.start();
    // The window is so high that nothing covers the button. Otherwise axe could not determine the background of the
    // button.
    const viewport = { width: 1280, height: 960 };
    const context = await browser.newContext({ reducedMotion: "reduce", viewport });
    onTestFinished(async () => {
      await context.close();
      await stage.stop();
    });
    const page = await context.newPage();
    const element = await stage.show(page, state, { display });
    for (const direction of ["ltr", "rtl"]) {
      if (direction === "rtl") await turn(element);
      for (const [name, media] of Object.entries(THEMES)) {
        await page.emulateMedia(media);
        // Ignores contrasts that axe cannot decide while colours are forced: axe then reads the text colour before the
        // browser replaces it.
        const unsure = media.forcedColors === "none" ? ["color-contrast"] : [];
        expect(await findings(page, unsure), `${name}, ${direction}`).toEqual([]);
      }
    }
  });
});

/** Switches the page to Arabic, which is written from right to left. */
async function turn(element: Locator): Promise<void> {
  await element.evaluate((button) => {
    document.documentElement.dir = "rtl";
    document.documentElement.lang = "ar";
    button.setAttribute("locale", "ar");
  });
  await element.locator("[dir=rtl]").first().waitFor();
}
