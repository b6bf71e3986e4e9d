import { launchBrowser } from "@uis-call/testing/browsers/playwright";
import type { Browser, BrowserContext, Locator, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { DISPLAYS, type Display, Stage, type State } from "./stage.js";

// Runs in Chromium only, because the test cannot turn animations off in other browsers.

let browser: Browser;
beforeAll(async () => {
  browser = await launchBrowser();
});
afterAll(() => browser.close());

async function show(
  state: State,
  display: Display,
  options: NonNullable<Parameters<Browser["newContext"]>[0]>,
  locale = "en",
): Promise<{ page: Page; element: Locator }> {
  const stage = await Stage.start();
  const context: BrowserContext = await browser.newContext(options);
  onTestFinished(async () => {
    await context.close();
    await stage.stop();
  });
  const page = await context.newPage();
  return { page, element: await stage.show(page, state, { display, locale }) };
}

/** Lists parts of the button that are cut off, or that a reader cannot reach by scrolling vertically. */
const misfits = (element: Locator): Promise<string[]> =>
  element.evaluate((host) => {
    const found: string[] = [];
    const { documentElement } = document;
    if (documentElement.scrollWidth > innerWidth)
      found.push(`the page is ${documentElement.scrollWidth} px wide`);
    for (const shown of host.shadowRoot?.querySelectorAll<HTMLElement>("[part], p, label, h2, a") ?? []) {
      if (!shown.checkVisibility()) continue;
      const name = shown.getAttribute("part") ?? shown.localName;
      shown.scrollIntoView({ block: "nearest" });
      const { left, right, top, bottom } = shown.getBoundingClientRect();
      if (left < -0.5 || right > innerWidth + 0.5) found.push(`${name} goes from ${left} to ${right}`);
      if (name !== "panel" && (bottom < 0 || top > innerHeight)) found.push(`${name} cannot be scrolled to`);
      if (shown.localName !== "input" && shown.scrollWidth > shown.clientWidth + 1 && shown.clientWidth > 0)
        found.push(`${name} holds ${shown.scrollWidth} px in ${shown.clientWidth}`);
    }
    return found;
  });

/** Lists the controls that are smaller than WCAG 2.2 (2.5.8) requires. */
const smallTargets = (element: Locator): Promise<[string, number][]> =>
  element.locator("button, input, select, a").evaluateAll((all) =>
    all
      .filter((one) => one.checkVisibility())
      .map((one): [string, number] => {
        const { width, height } = one.getBoundingClientRect();
        return [one.getAttribute("part") ?? one.localName, Math.min(width, height)];
      })
      .filter(([, size]) => size < 24),
  );

/** The widest text spacing that a reader must be able to set, by WCAG 2.2 (1.4.12). */
const SPACING = `* { line-height: 1.5 !important; letter-spacing: 0.12em !important; word-spacing: 0.16em !important }
  p { margin-block-end: 2em !important }`;

const STATES = ["error", "waiting", "unknown", "offline", "unreachable", "closed"] as const satisfies State[];

describe.each(DISPLAYS)("the button, %s", (display) => {
  it.each(STATES)(
    "has targets of 24 px, and needs no scrolling sideways in 320 px, nor at twice the size of text: %s",
    async (state) => {
      const small = { width: 320, height: 480 };
      const { page, element } = await show(state, display, { viewport: small, reducedMotion: "reduce" });
      expect(await misfits(element)).toEqual([]);
      expect(await smallTargets(element)).toEqual([]);
      await element.evaluate((button) => button.setAttribute("locale", "ar"));
      await element.locator("[dir=rtl]").first().waitFor();
      expect(await smallTargets(element), "in Arabic").toEqual([]);
      await element.evaluate((button) => button.setAttribute("locale", "en"));
      await element.locator("[dir=ltr][lang=en]").first().waitFor();
      await page.addStyleTag({ content: SPACING });
      expect(await misfits(element), "text spacing").toEqual([]);
      await page.evaluate(() => document.documentElement.style.setProperty("font-size", "200%"));
      expect(await misfits(element), "text at 200 %").toEqual([]);
    },
  );

  it("can be used at 200 % zoom, in a window of 1280 by 720", async () => {
    const zoomed = { viewport: { width: 640, height: 360 }, deviceScaleFactor: 2 };
    const { element } = await show("error", display, zoomed);
    expect(await misfits(element)).toEqual([]);
  });
});

describe("a call under way", () => {
  it.each(["no-preference", "reduce"] as const)(
    "moves as the visitor likes it: %s",
    async (reducedMotion) => {
      const { element } = await show("calling", "popover", { reducedMotion });
      const moving = await element.evaluate((host) => host.shadowRoot?.getAnimations().length ?? 0);
      if (reducedMotion === "reduce") expect(moving).toBe(0);
      else expect(moving).toBeGreaterThan(0);
    },
  );
});
