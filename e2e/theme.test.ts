import type { Configuration } from "@uis-call/bff";
import type { Browser, Locator, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { launchBrowser } from "./browser.js";
import { Stage } from "./stage.js";

/** The tenant has a look of its own. */
const themed = (configuration: Configuration): Configuration => ({
  tenants: configuration.tenants.map((tenant) => ({
    ...tenant,
    theme: {
      accent: { light: "#ffcc00", dark: "#d6006c" },
      radius: "3px",
      font: "monospace",
    },
  })),
});

let browser: Browser;
let stage: Stage;
let page: Page;
beforeAll(async () => {
  browser = await launchBrowser();
});
afterAll(() => browser.close());
beforeEach(async () => {
  stage = await Stage.start({ configure: themed });
  page = await browser.newPage();
});
afterEach(async () => {
  await page.close();
  await stage.stop();
});

/** How a part looks: colours as red, green and blue. */
const styleOf = (element: Locator, part: string) =>
  element.locator(`[part~=${part}]`).evaluate((shown) => {
    const { backgroundColor, color, borderRadius, fontFamily } = getComputedStyle(shown);
    const context = document.createElement("canvas").getContext("2d");
    const rgb = (css: string): string => {
      if (context === null) throw new Error("no canvas");
      context.fillStyle = css;
      context.fillRect(0, 0, 1, 1);
      return [...context.getImageData(0, 0, 1, 1).data].slice(0, 3).join(" ");
    };
    return { accent: rgb(backgroundColor), text: rgb(color), radius: borderRadius, font: fontFamily };
  });

describe("a tenant's theme", () => {
  it("comes with the session, button and form wear it, and the text on it is legible", async () => {
    const element = await stage.show(page, "form", { display: "popover" });
    const look = { accent: "255 204 0", text: "0 0 0", radius: "3px", font: "monospace" };
    expect(await styleOf(element, "submit")).toEqual(look);
    await page.emulateMedia({ colorScheme: "dark" });
    expect(await styleOf(element, "submit")).toEqual({
      ...look,
      accent: "214 0 108",
      text: "255 255 255",
    });
  });

  it("gives way to what the page says, on the element or anywhere around it", async () => {
    const css = ":root { --uis-call-accent: #102030; --uis-call-font: 16px serif }";
    const element = await stage.show(page, "form", { display: "inline", css });
    expect(await styleOf(element, "submit")).toMatchObject({
      accent: "16 32 48",
      text: "255 255 255",
      radius: "3px",
      font: "serif",
    });
  });

  it("is left by a strict Content-Security-Policy as it is", async () => {
    await page.goto(stage.demo.url);
    const element = page.locator("uis-call-button#sales");
    await element.getByRole("button").first().click();
    await expect.poll(() => styleOf(element, "submit")).toMatchObject({ accent: "255 204 0", radius: "3px" });
  });
});

it("white or black on a page's accent, whichever reads better, has the contrast that WCAG asks for", async () => {
  const element = await stage.show(page, "idle", {
    display: "popover",
    css: "uis-call-button { --uis-call-accent: var(--accent) }",
  });
  const parts = ["00", "33", "66", "80", "99", "cc", "ff"];
  const accents = parts.flatMap((red) =>
    parts.flatMap((green) => parts.map((blue) => `#${red}${green}${blue}`)),
  );
  const texts = await element.locator("[part~=button]").evaluate((button, all) => {
    const context = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
    return all.map((accent) => {
      document.body.style.setProperty("--accent", accent);
      if (context === null) throw new Error("no canvas");
      context.fillStyle = getComputedStyle(button).color;
      context.fillRect(0, 0, 1, 1);
      return [...context.getImageData(0, 0, 1, 1).data]
        .slice(0, 3)
        .reduce((hex, part) => hex + part.toString(16).padStart(2, "0"), "#");
    });
  }, accents);
  expect(new Set(texts)).toEqual(new Set(["#000000", "#ffffff"]));
  const unread = accents.filter((accent, n) => contrast(accent, texts[n] ?? "") < 4.5);
  expect(unread).toEqual([]);
});

/** As WCAG 2.2 defines it, from 1 to 21. */
function contrast(one: string, other: string): number {
  const [darker = 0, lighter = 0] = [one, other].map(luminance).sort((first, second) => first - second);
  return (lighter + 0.05) / (darker + 0.05);
}

function luminance(colour: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => {
    const part = parseInt(colour.slice(at, at + 2), 16) / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

it("nothing a visitor sees or hears names us", async () => {
  const element = await stage.show(page, "connected", { display: "popover" });
  const texts = await element.evaluate((host) => host.shadowRoot?.textContent ?? "");
  const labels = await element
    .locator("[aria-label], [title], [alt]")
    .evaluateAll((all) =>
      all.flatMap((one) => [one.ariaLabel, one.getAttribute("title"), one.getAttribute("alt")]),
    );
  expect([texts, ...labels].join(" ")).not.toMatch(/uis|powered|widget/i);
  expect(
    await element.locator("a").evaluateAll((links) => links.map((link) => link.getAttribute("href"))),
  ).toEqual(["tel:+74990000000"]);
});
