import type { Browser, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { launchBrowser } from "./browser.js";
import { type Display, Stage } from "./stage.js";

let browser: Browser;
let stage: Stage;
let page: Page;
beforeAll(async () => {
  browser = await launchBrowser();
});
afterAll(() => browser.close());
beforeEach(async () => {
  stage = await Stage.start();
  stage.demo.uis.exchange.change({ answersWhen: "accepted" });
  page = await browser.newPage();
});
afterEach(async () => {
  await page.close();
  await stage.stop();
});

const show = (display: Display) =>
  stage.show(page, "idle", {
    display,
    before: '<a href="#before">before</a>',
    after: '<a href="#after">after</a>',
  });

/** The element with the focus, inside of ours too: its part, else its id or text. Empty: none has it. */
const focused = (): Promise<string> =>
  page.evaluate(() => {
    const outer = document.activeElement;
    const element = outer?.shadowRoot?.activeElement ?? outer;
    if (element === null || element === document.body) return "";
    return element.getAttribute("part") ?? (element.id || element.textContent.trim());
  });

/** Contrast of the focus ring with what is around it, and its width in pixels. */
const ring = (around: string): Promise<{ width: number; contrast: number }> =>
  page.evaluate((selector) => {
    const host = document.querySelector("uis-call-button");
    const root = host?.shadowRoot;
    const element = root?.activeElement;
    const ground = root?.querySelector(selector) ?? document.body;
    if (element == null) throw new Error("nothing of ours has the focus");
    const context = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
    const pixel = (...colours: string[]): number[] => {
      if (context === null) throw new Error("no canvas");
      context.clearRect(0, 0, 1, 1);
      for (const colour of colours) {
        context.fillStyle = colour;
        context.fillRect(0, 0, 1, 1);
      }
      return [...context.getImageData(0, 0, 1, 1).data].slice(0, 3);
    };
    const luminance = (colour: number[]): number => {
      const [r = 0, g = 0, b = 0] = colour.map((part) =>
        part <= 10 ? part / 255 / 12.92 : ((part / 255 + 0.055) / 1.055) ** 2.4,
      );
      return 0.2126 * r + 0.7152 * g + 0.0722 * b;
    };
    const { backgroundColor } = getComputedStyle(ground);
    const { outlineStyle, outlineWidth, outlineColor } = getComputedStyle(element);
    const [darker = 0, lighter = 0] = [pixel(backgroundColor, outlineColor), pixel(backgroundColor)]
      .map(luminance)
      .sort((one, other) => one - other);
    return {
      width: outlineStyle === "none" ? 0 : parseFloat(outlineWidth),
      contrast: (lighter + 0.05) / (darker + 0.05),
    };
  }, around);

async function press(...keys: string[]): Promise<void> {
  for (const key of keys) await page.keyboard.press(key);
}

/** Tabs on, and says where to each time. @throws where something of ours has the focus and does not show it */
async function tab(times: number, key = "Tab"): Promise<string[]> {
  const seen: string[] = [];
  for (let n = 0; n < times; n += 1) {
    await press(key);
    const name = await focused();
    seen.push(name);
    if (name === "before" || name === "after") continue;
    const { width, contrast } = await ring(name === "button" ? "body" : "[part~=panel]");
    expect(width, `${name}: width of the ring`).toBeGreaterThanOrEqual(2);
    expect(contrast, `${name}: contrast of the ring`).toBeGreaterThanOrEqual(3);
  }
  return seen;
}

describe.each(["popover", "floating"] as const)("with the keyboard alone, %s", (display) => {
  it.each(["light", "dark"] as const)("a call is asked for, in %s", async (colorScheme) => {
    await page.emulateMedia({ colorScheme });
    const element = await show(display);
    expect(await tab(2)).toEqual(["before", "button"]);
    await press("Enter");
    await element.locator("[part~=consent]").waitFor();
    expect(await focused()).toBe("phone");
    await page.keyboard.type("89000000001");
    expect(await tab(1)).toEqual(["consent"]);
    await press("Space");
    expect(await element.getByRole("checkbox").isChecked()).toBe(true);
    // The policy, the last one, and out: nothing holds the focus.
    expect(await tab(3)).toEqual(["Privacy policy", "submit", "after"]);
    expect(await tab(1, "Shift+Tab")).toEqual(["submit"]);
    await press("Enter");
    await element.locator(".sign.placed").waitFor();
    // What has become of the call has the focus, so that it is read where the visitor is.
    await expect.poll(focused).toBe("panel");
    expect(await tab(2)).toEqual(["close", "submit"]);
    await press("Space");
    await expect.poll(focused).toBe("phone");
    expect(stage.demo.uis.received("place_calls")).toHaveLength(1);
  });

  it("opens with Space and closes with Escape, from wherever the focus is, and gives the focus back", async () => {
    const element = await show(display);
    await press("Tab", "Tab");
    for (const way of [[], ["Shift+Tab"], ["Tab"], ["Tab", "Tab", "Tab"]]) {
      await press("Space");
      await element.locator("[part~=consent]").waitFor();
      await expect.poll(focused).toBe("phone");
      await press(...way, "Escape");
      await element.locator("[part~=panel]").waitFor({ state: "hidden" });
      expect(await focused()).toBe("button");
    }
  });

  it("goes back from the field to what closes the panel, and to the button", async () => {
    const element = await show(display);
    await press("Tab", "Tab", "Enter");
    await element.locator("[part~=consent]").waitFor();
    await expect.poll(focused).toBe("phone");
    expect(await tab(3, "Shift+Tab")).toEqual(["close", "button", "before"]);
    await press("Tab", "Tab", "Enter");
    await element.locator("[part~=panel]").waitFor({ state: "hidden" });
    expect(await focused()).toBe("button");
  });
});

describe("with the keyboard alone, inline", () => {
  it("goes through the form and out of it, Enter in the field sends it, and what is wrong has the focus", async () => {
    const element = await show("inline");
    expect(await tab(2)).toEqual(["before", "phone"]);
    await element.locator("[part~=consent]").waitFor();
    expect(await tab(4)).toEqual(["consent", "Privacy policy", "submit", "after"]);
    await element.locator("[part~=phone]").focus();
    await press("Enter");
    await element.locator("#phone-error:not(:empty)").waitFor();
    expect(await focused()).toBe("phone");
    await page.keyboard.type("89000000001");
    await press("Enter");
    await element.locator("#consent-error:not(:empty)").waitFor();
    expect(await focused()).toBe("consent");
    // Escape is the page's own.
    await press("Escape", "Space", "Enter");
    await element.locator(".sign.placed").waitFor();
  });
});
