import type { EngineBrowser } from "@uis-call/testing/browsers/engine";
import { ENGINES } from "@uis-call/testing/browsers/engines";
import { launchBrowser } from "@uis-call/testing/browsers/playwright";
import type { Tab } from "@uis-call/testing/browsers/tab";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Pages, startPages } from "./pages.js";

type CallButton = HTMLElement & { phone: string; hide: () => void };

/** Inherited CSS properties, with values that make any button unusable. */
const INHERITED = [
  ["-webkit-text-fill-color", "transparent"],
  ["text-indent", "-9999px"],
  ["letter-spacing", "2em"],
  ["word-spacing", "5em"],
  ["text-transform", "uppercase"],
  ["pointer-events", "none"],
  ["text-shadow", "0 0 1em red"],
  ["font-size", "0"],
  ["line-height", "0"],
  ["white-space", "pre"],
  ["text-align", "right"],
  ["text-align-last", "right"],
  ["writing-mode", "vertical-rl"],
  ["user-select", "none"],
  ["-webkit-user-select", "none"],
  ["word-break", "break-all"],
  ["hyphens", "auto"],
  ["cursor", "none"],
  ["caret-color", "transparent"],
  ["font-variant", "small-caps"],
  ["font-size-adjust", "3"],
  ["-webkit-text-stroke", "0.5em red"],
  ["-webkit-text-security", "disc"],
  ["text-wrap", "nowrap"],
  ["stroke", "red"],
  ["stroke-width", "30px"],
  ["fill", "none"],
  ["quotes", "none"],
  ["tab-size", "100"],
  ["text-emphasis", "filled red"],
  ["text-orientation", "upright"],
  ["font-style", "italic"],
  ["line-break", "anywhere"],
  ["list-style", "square inside"],
] as const;

/** Properties of this list that the element takes over from the page, because they belong to the font. */
const TAKEN_OVER = ["font-style"];

const BUTTON = "uis-call-button";
const part = (name: string) => `${BUTTON} >>> [part~=${name}]`;
const ELEMENT = (display = "popover") =>
  `<uis-call-button tenant="own" target="sales" display="${display}"><a href="tel:+74990000000">+7 499 000-00-00</a></uis-call-button>`;
const STYLE = "<style>body { margin: 16px; font: 16px/1.5 sans-serif }</style>";

interface Box {
  left: number;
  top: number;
  width: number;
  height: number;
}

describe.each(ENGINES)("in $name, a page", ({ start }) => {
  let browser: EngineBrowser;
  let pages: Pages;
  let tab: Tab;
  beforeAll(async () => {
    pages = await startPages();
    browser = await start();
    tab = await browser.open();
  });
  afterAll(async () => {
    await tab.close();
    await browser.close();
    await pages.stop();
  });

  const visit = (content: string, css = "") =>
    tab.goto(
      pages.put({
        html: `${STYLE}<style>${css}</style><script type="module" src="${pages.endpoint}/widget.js"></script></head><body>${content}</body></html>`,
      }),
    );
  const boxOf = async (name: string): Promise<Box> => {
    const { x, y, width, height } = await tab.see(part(name));
    return { left: x - width / 2, top: y - height / 2, width, height };
  };
  const windowSize = () =>
    tab.run(() => ({
      width: document.documentElement.clientWidth,
      height: document.documentElement.clientHeight,
    }));

  describe("with styles that are inherited", () => {
    const SEEN = ["[part~=button]", "[part~=panel]", "h2", "[part~=phone]", "[part~=submit]", "svg"];
    /** Returns, for each part, its size and its computed value of the property. */
    const measure = (property: string) =>
      tab.run(
        (selector, seen, name) => {
          const root = document.querySelector(selector)!.shadowRoot!;
          return seen.map((one) => {
            const element = root.querySelector(one)!;
            const { width, height } = element.getBoundingClientRect();
            return { one, width, height, value: getComputedStyle(element).getPropertyValue(name) };
          });
        },
        BUTTON,
        SEEN,
        property,
      );
    const openForm = async () => {
      await tab.click(part("button"));
      await tab.see(part("submit"));
    };

    it.each(INHERITED)(
      "of %s: %s on an ancestor, has a button of the usual look that can be used",
      async (...style) => {
        const [property, value] = style;
        await visit(
          `<div id="around"><div style="display: flex; align-items: start">${ELEMENT()}</div></div>`,
        );
        await openForm();
        const usual = await measure(property);
        await tab.run((selector) => document.querySelector<CallButton>(selector)!.hide(), BUTTON);
        await tab.run(
          (name, set) => document.querySelector<HTMLElement>("#around")!.style.setProperty(name, set),
          property,
          value,
        );
        await openForm();
        const now = await measure(property);
        for (const [n, { one, width, height, value: computed }] of now.entries()) {
          expect(width / usual[n]!.width, `width of ${one}`).toBeCloseTo(1, 1);
          expect(height / usual[n]!.height, `height of ${one}`).toBeCloseTo(1, 1);
          if (!TAKEN_OVER.includes(property)) expect(computed, one).toBe(usual[n]!.value);
        }
        await tab.fill(part("phone"), "89000000001");
        expect(await tab.run((one) => document.querySelector<CallButton>(one)!.phone, BUTTON)).toBe(
          "8 900 000-00-01",
        );
      },
    );

    it("and set on everything, the element too, has a panel of the usual look", async () => {
      await visit(ELEMENT());
      await openForm();
      const usual = await measure("letter-spacing");
      await visit(
        ELEMENT(),
        `* { letter-spacing: 1em; text-indent: 3em; line-height: 3; -webkit-user-select: none; user-select: none; text-transform: uppercase; white-space: pre }`,
      );
      await openForm();
      expect((await measure("letter-spacing")).slice(1, 5)).toEqual(usual.slice(1, 5));
      await tab.fill(part("phone"), "89000000001");
      expect(await tab.run((one) => document.querySelector<CallButton>(one)!.phone, BUTTON)).toBe(
        "8 900 000-00-01",
      );
    });

    it("has a button in its font, size and colour scheme, and keeps what it hides", async () => {
      await visit(`<div style="font: italic 300 20px monospace; color-scheme: dark">${ELEMENT()}</div>`);
      await openForm();
      const look = await tab.run((selector) => {
        const root = document.querySelector(selector)!.shadowRoot!;
        return ["button", "panel"].map((name) => {
          const { fontFamily, fontStyle, fontSize, colorScheme } = getComputedStyle(
            root.querySelector(`[part~=${name}]`)!,
          );
          return [fontFamily, fontStyle, fontSize, colorScheme];
        });
      }, BUTTON);
      expect(look).toEqual([
        ["monospace", "italic", "20px", "dark"],
        ["monospace", "italic", "16px", "dark"],
      ]);
      await tab.run(() => (document.querySelector("div")!.style.visibility = "hidden"));
      await tab.isGone(part("button"));
    });
  });

  describe("zoomed by CSS", () => {
    const places = [
      ["html", "html { zoom: 1.5 }"],
      ["body", "body { zoom: 1.5 }"],
      ["a container", "main { zoom: 1.5 }"],
      ["html, smaller,", "html { zoom: 0.7 }"],
      ["two places", "body { zoom: 1.25 } main { zoom: 1.25 }"],
    ] as const;

    it.each(places)("at %s, has the panel beside its button, all of it in sight", async (_where, css) => {
      for (const [x, y] of [
        [60, 40],
        [900, 40],
        [60, 700],
      ] as const) {
        await visit(
          `<main><div id="spot" style="position: absolute; left: 0; top: 0">${ELEMENT()}</div></main>`,
          css,
        );
        await tab.see(part("button"));
        // Moves the button to a place in the window. The numbers are CSS pixels of the page, which may be zoomed.
        const move = (left: number, top: number) =>
          tab.run(
            (l, t) => {
              const { style } = document.querySelector<HTMLElement>("#spot")!;
              [style.left, style.top] = [`${l}px`, `${t}px`];
            },
            left,
            top,
          );
        const from = await boxOf("button");
        await move(100, 0);
        const scale = ((await boxOf("button")).left - from.left) / 100;
        await move((x - from.left) / scale, (y - from.top) / scale);
        await tab.click(part("button"));
        await tab.see(part("phone"));
        const [button, panel, window] = [await boxOf("button"), await boxOf("panel"), await windowSize()];
        const below = panel.top - button.top - button.height;
        const above = button.top - panel.top - panel.height;
        const where = JSON.stringify({ button, panel, window });
        expect(Math.max(below, above), where).toBeGreaterThan(5);
        expect(Math.max(below, above), where).toBeLessThan(11);
        expect(panel.left, where).toBeGreaterThanOrEqual(7);
        expect(panel.left + panel.width, where).toBeLessThanOrEqual(window.width - 7);
        expect(panel.top, where).toBeGreaterThanOrEqual(0);
        const sides = [panel.left - button.left, panel.left + panel.width - button.left - button.width];
        if (x === 60) expect(Math.abs(sides[0]!), where).toBeLessThan(2);
        await tab.fill(part("phone"), "89000000001");
      }
    });
  });

  describe("has the floating button in its corner, where an ancestor", () => {
    const FRAMES = [
      ["has nothing", ""],
      ["is transformed", "transform: translate(0)"],
      ["is filtered", "filter: brightness(1)"],
      ["has a filter behind it", "backdrop-filter: blur(1px)"],
      ["has a perspective", "perspective: 500px"],
      ["is about to change", "will-change: transform"],
      ["is contained", "contain: paint"],
      ["is a container", "contain: layout; overflow: hidden"],
    ] as const;
    const corner = async () => {
      await tab.see(part("button"));
      const [button, window] = [await boxOf("button"), await windowSize()];
      return [window.width - button.left - button.width, window.height - button.top - button.height].map(
        Math.round,
      );
    };
    const page = (style: string) =>
      `<div id="around" style="width: 400px; height: 300px; margin: 50px; border: 1px solid; ${style}">${ELEMENT("floating")}</div>
       <div style="height: 3000px"></div>`;

    it.each(FRAMES)("%s", async (_what, style) => {
      await visit(page(style));
      await expect.poll(corner).toEqual([16, 16]);
      await tab.run(() => scrollTo(0, 500));
      await expect.poll(corner).toEqual([16, 16]);
      await tab.click(part("button"));
      await tab.fill(part("phone"), "89000000001");
      const [button, panel] = [await boxOf("button"), await boxOf("panel")];
      expect(Math.round(button.top - panel.top - panel.height)).toBe(8);
    });

    it("is transformed later on, or the element is moved into it", async () => {
      await visit(page(""));
      await expect.poll(corner).toEqual([16, 16]);
      await tab.run(() => {
        document.querySelector<HTMLElement>("#around")!.style.transform = "translate(10px)";
        scrollTo(0, 200);
      });
      await expect.poll(corner).toEqual([16, 16]);
      await tab.run((selector) => {
        document.querySelector("#around")!.append(document.querySelector(selector)!);
      }, BUTTON);
      await expect.poll(corner).toEqual([16, 16]);
    });

    it("does not frame it, below what the page lays over it", async () => {
      await visit(
        `${ELEMENT("floating")}<div style="position: fixed; inset: 0; z-index: 1000; background: #fff8"></div>`,
      );
      const covered = async () => (await tab.see(part("button"))).covered;
      expect(await covered()).toBe(true);
    });
  });
});

// Runs in Chromium only, because the test cannot print in other browsers.
describe("on paper", () => {
  it("is no button and no panel, but the link of a button that cannot work", async () => {
    const [browser, pages] = await Promise.all([launchBrowser(), startPages()]);
    try {
      const page = await browser.newPage();
      const broken = '<uis-call-button id="broken"><a href="tel:+74990000000">+7 499</a></uis-call-button>';
      const script = `<script type="module" src="${pages.endpoint}/widget.js"></script>`;
      await page.goto(
        pages.put({ html: `${script}${ELEMENT()}${ELEMENT("inline")}${ELEMENT("floating")}${broken}` }),
      );
      await page.locator("[display=inline] [part~=panel]").waitFor();
      await page.locator("[display=popover] [part~=button]").click();
      await page.locator("[display=popover] [part~=panel]").waitFor();
      await page.emulateMedia({ media: "print" });
      const shown = await page
        .locator("[part~=button], [part~=panel]")
        .evaluateAll((all) => all.filter((one) => one.checkVisibility()).length);
      expect(shown).toBe(0);
      expect(await page.locator("#broken a").isVisible()).toBe(true);
    } finally {
      await browser.close();
      await pages.stop();
    }
  });
});
