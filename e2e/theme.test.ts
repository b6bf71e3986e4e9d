import type { Configuration } from "@uis-call/bff";
import type { EngineBrowser } from "@uis-call/testing/browsers/engine";
import { ENGINES } from "@uis-call/testing/browsers/engines";
import type { Tab } from "@uis-call/testing/browsers/tab";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type Scene, Stage } from "./stage.js";

/** Returns a configuration in which each tenant has a theme. */
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

const BUTTON = "uis-call-button";
const part = (name: string) => `${BUTTON} >>> [part~=${name}]`;

/** Returns the computed style of the submit button. Colours are converted to red, green and blue. */
const styleOfSubmit = (tab: Tab, id = "") =>
  tab.run((selector) => {
    const shown = document.querySelector(selector)?.shadowRoot?.querySelector("[part~=submit]");
    if (shown == null) throw new Error("there is no form");
    const { backgroundColor, color, borderRadius, fontFamily } = getComputedStyle(shown);
    const context = document.createElement("canvas").getContext("2d");
    const rgb = (css: string): string => {
      if (context === null) throw new Error("no canvas");
      context.fillStyle = css;
      context.fillRect(0, 0, 1, 1);
      return [...context.getImageData(0, 0, 1, 1).data].slice(0, 3).join(" ");
    };
    return { accent: rgb(backgroundColor), text: rgb(color), radius: borderRadius, font: fontFamily };
  }, BUTTON + id);

describe.each(ENGINES)("in $name,", ({ start }) => {
  let browser: EngineBrowser;
  let stage: Stage;
  let tab: Tab;
  beforeAll(async () => {
    browser = await start();
  });
  afterAll(() => browser.close());
  beforeEach(async () => {
    stage = await Stage.start({ configure: themed });
    tab = await browser.open();
  });
  afterEach(async () => {
    await tab.close();
    await stage.stop();
  });

  async function openForm(scene: Scene): Promise<void> {
    await tab.goto(stage.publish(scene));
    await tab.click(part(scene.display === "inline" ? "phone" : "button"));
    await tab.see(part("consent"));
  }

  describe("a tenant's theme", () => {
    it.each([
      ["light", "255 204 0", "0 0 0"],
      ["dark", "214 0 108", "255 255 255"],
    ])("comes with the session, the form wears it, and the text on it is legible, in %s", async (...look) => {
      const [scheme, accent, text] = look;
      await openForm({ display: "popover", css: `:root { color-scheme: ${scheme} }` });
      expect(await styleOfSubmit(tab)).toEqual({ accent, text, radius: "3px", font: "monospace" });
    });

    it("gives way to what the page says, on the element or anywhere around it", async () => {
      const css = ":root { --uis-call-accent: #102030; --uis-call-font: 16px serif }";
      await openForm({ display: "inline", css });
      expect(await styleOfSubmit(tab)).toMatchObject({
        accent: "16 32 48",
        text: "255 255 255",
        radius: "3px",
        font: "serif",
      });
    });

    it("is left by a strict Content-Security-Policy as it is", async () => {
      await tab.goto(stage.demo.url);
      await tab.click(`${BUTTON}#sales >>> [part~=button]`);
      await tab.see(`${BUTTON}#sales >>> form [part~=submit]`);
      await expect
        .poll(() => styleOfSubmit(tab, "#sales"))
        .toMatchObject({ accent: "255 204 0", radius: "3px" });
    });
  });

  it("white or black on a page's accent, whichever reads better, has the contrast that WCAG asks for", async () => {
    const css = "uis-call-button { --uis-call-accent: var(--accent) }";
    await tab.goto(stage.publish({ display: "popover", css }));
    await tab.see(part("button"));
    const parts = ["00", "33", "66", "80", "99", "cc", "ff"];
    const accents = parts.flatMap((red) =>
      parts.flatMap((green) => parts.map((blue) => `#${red}${green}${blue}`)),
    );
    const texts = await tab.run(textsOn, accents);
    expect(new Set(texts)).toEqual(new Set(["#000000", "#ffffff"]));
    const unread = accents.filter((accent, n) => contrast(accent, texts[n] ?? "") < 4.5);
    expect(unread).toEqual([]);
  });

  it("nothing a visitor sees or hears names us", async () => {
    stage.demo.uis.exchange.change({ answersWhen: "accepted" });
    await openForm({ display: "popover" });
    await tab.fill(part("phone"), "8 900 000-00-01");
    await tab.click(`${BUTTON} >>> [type=checkbox]`);
    await tab.click(`${BUTTON} >>> form [part~=submit]`);
    await tab.see(`${BUTTON} >>> .sign.placed`);
    const { said, links } = await tab.run(() => {
      const host = document.querySelector("uis-call-button");
      const all = [...(host?.shadowRoot?.querySelectorAll("*") ?? [])];
      const labels = all.flatMap((one) =>
        ["aria-label", "title", "alt"].map((name) => one.getAttribute(name)),
      );
      const texts = all.map((one) => (one.localName === "style" ? "" : one.textContent));
      const anchors = [...all, ...(host?.querySelectorAll("*") ?? [])].filter((one) => one.localName === "a");
      return {
        said: [...texts, ...labels].join(" "),
        links: anchors.map((link) => link.getAttribute("href")),
      };
    });
    expect(said).toMatch(/You are connected/);
    expect(said).not.toMatch(/uis|powered|widget/i);
    expect(links).toEqual(["tel:+74990000000"]);
  });
});

/** Returns, for each accent colour, the colour that the button's text then has. Runs in the page. */
function textsOn(accents: string[]): string[] {
  const button = document.querySelector("uis-call-button")?.shadowRoot?.querySelector("[part~=button]");
  const context = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  return accents.map((accent) => {
    document.body.style.setProperty("--accent", accent);
    if (context === null || button == null) throw new Error("no canvas, or no button");
    context.fillStyle = getComputedStyle(button).color;
    context.fillRect(0, 0, 1, 1);
    return [...context.getImageData(0, 0, 1, 1).data]
      .slice(0, 3)
      .reduce((hex, part) => hex + part.toString(16).padStart(2, "0"), "#");
  });
}

/** Returns the contrast ratio of two colours, from 1 to 21, as WCAG 2.2 defines it. */
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
