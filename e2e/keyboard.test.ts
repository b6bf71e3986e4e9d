import type { EngineBrowser } from "@uis-call/testing/browsers/engine";
import { ENGINES } from "@uis-call/testing/browsers/engines";
import type { Tab } from "@uis-call/testing/browsers/tab";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type Display, Stage } from "./stage.js";

/**
 * Returns the name of the focused element, also if it is in the shadow root. The name is the element's part or, if it
 * has none, its id or its text. Returns an empty text if no element is focused.
 */
const focused = (tab: Tab): Promise<string> =>
  tab.run(() => {
    const outer = document.activeElement;
    const element = outer?.shadowRoot?.activeElement ?? outer;
    if (element === null || element === document.body) return "";
    return element.getAttribute("part") ?? (element.id || element.textContent.trim());
  });

/** Measures the focus ring of the focused element: the width in pixels, and the contrast with the surroundings. */
const ring = (tab: Tab, around: string): Promise<{ width: number; contrast: number }> =>
  tab.run((selector) => {
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

const part = (name: string) => `uis-call-button >>> [part~=${name}]`;

describe.each(ENGINES)("with the keyboard alone, in $name,", ({ start }) => {
  let browser: EngineBrowser;
  let stage: Stage;
  let tab: Tab;
  beforeAll(async () => {
    browser = await start();
  });
  afterAll(() => browser.close());
  beforeEach(async () => {
    stage = await Stage.start();
    stage.demo.uis.exchange.change({ answersWhen: "accepted" });
    tab = await browser.open();
  });
  afterEach(async () => {
    await tab.close();
    await stage.stop();
  });

  async function show(display: Display, css = ""): Promise<void> {
    const before = '<a href="#before">before</a>';
    const after = '<a href="#after">after</a>';
    await tab.goto(stage.publish({ display, css, before, after }));
    await tab.see(part(display === "inline" ? "panel" : "button"));
  }

  /**
   * Presses a key, Tab by default, several times. Checks the focus ring each time that a part of the button has the
   * focus. @returns the names of the focused elements
   */
  async function walk(times: number, key = "Tab"): Promise<string[]> {
    const seen: string[] = [];
    for (let n = 0; n < times; n += 1) {
      await tab.press(key);
      const name = await focused(tab);
      seen.push(name);
      if (name === "before" || name === "after") continue;
      const { width, contrast } = await ring(tab, name === "button" ? "body" : "[part~=panel]");
      expect(width, `${name}: width of the ring`).toBeGreaterThanOrEqual(2);
      expect(contrast, `${name}: contrast of the ring`).toBeGreaterThanOrEqual(3);
    }
    return seen;
  }

  const focusComesTo = (name: string) => expect.poll(() => focused(tab)).toBe(name);

  describe.each(["popover", "floating"] as const)("%s", (display) => {
    it.each(["light", "dark"] as const)("a call is asked for, in %s", async (scheme) => {
      await show(display, `:root { color-scheme: ${scheme} }`);
      expect(await walk(2)).toEqual(["before", "button"]);
      await tab.press("Enter");
      await tab.see(part("consent"));
      await focusComesTo("phone");
      await tab.type("89000000001");
      expect(await walk(1)).toEqual(["consent"]);
      await tab.press("Space");
      // After the last element of the panel, Tab must leave the panel, because the focus must not be trapped.
      expect(await walk(3)).toEqual(["Privacy policy", "submit", "after"]);
      expect(await walk(1, "Shift+Tab")).toEqual(["submit"]);
      await tab.press("Enter");
      await tab.see("uis-call-button >>> .sign.placed");
      // The panel must have the focus, so that screen readers read the status of the call.
      await focusComesTo("panel");
      expect(await walk(2)).toEqual(["close", "submit"]);
      await tab.press("Space");
      await focusComesTo("phone");
      expect(stage.demo.uis.received("place_calls")).toHaveLength(1);
    });

    it("opens with Space and closes with Escape, from wherever the focus is, and gives the focus back", async () => {
      await show(display);
      await tab.press("Tab", "Tab");
      for (const way of [[], ["Shift+Tab"], ["Tab"], ["Tab", "Tab", "Tab"]]) {
        await tab.press("Space");
        await tab.see(part("consent"));
        await focusComesTo("phone");
        await tab.press(...way, "Escape");
        await tab.isGone(part("panel"));
        await focusComesTo("button");
      }
    });

    it("goes back from the field to what closes the panel, and to the button", async () => {
      await show(display);
      await tab.press("Tab", "Tab", "Enter");
      await tab.see(part("consent"));
      await focusComesTo("phone");
      expect(await walk(3, "Shift+Tab")).toEqual(["close", "button", "before"]);
      await tab.press("Tab", "Tab", "Enter");
      await tab.isGone(part("panel"));
      await focusComesTo("button");
    });
  });

  it("inline, goes through the form and out of it, Enter in the field sends it, and what is wrong has the focus", async () => {
    await show("inline");
    expect(await walk(2)).toEqual(["before", "phone"]);
    await tab.see(part("consent"));
    expect(await walk(4)).toEqual(["consent", "Privacy policy", "submit", "after"]);
    await tab.click(part("phone"));
    await tab.press("Enter");
    await tab.reads("uis-call-button >>> #phone-error", /./);
    await focusComesTo("phone");
    await tab.type("89000000001");
    await tab.press("Enter");
    await tab.reads("uis-call-button >>> #consent-error", /./);
    await focusComesTo("consent");
    // Escape must have no effect on an inline form.
    await tab.press("Escape", "Space", "Enter");
    await tab.see("uis-call-button >>> .sign.placed");
  });
});
