import { type Demo, startDemo } from "@uis-call/demo";
import type { Browser, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { launchBrowser } from "./browser.js";

/** The element, as pages know it. */
type CallButton = HTMLElement & { programmatic: boolean; call: (phone: string) => Promise<void> };

let browser: Browser;
let demo: Demo;
let page: Page;
beforeAll(async () => {
  browser = await launchBrowser();
});
afterAll(() => browser.close());

beforeEach(async () => {
  demo = await startDemo({ port: 0 });
  page = await browser.newPage({ locale: "en-GB" });
});
afterEach(async () => {
  await page.close();
  await demo.stop();
});

const button = () => page.locator("uis-call-button#sales");
const submit = () => button().locator("form [part~=submit]");
const calls = () => demo.uis.received("place_calls").length;

async function fillIn(): Promise<void> {
  await page.goto(demo.url);
  await button().getByRole("button").first().click();
  await button().getByRole("textbox").fill("8 900 000-00-01");
}

describe("the button", () => {
  it("calls for a person's click alone: a script's click, and a form it submits, do nothing", async () => {
    await fillIn();
    await submit().evaluate((element: HTMLButtonElement) => {
      element.click();
      element.form?.requestSubmit();
      element.form?.requestSubmit(element);
      element.dispatchEvent(new MouseEvent("click", { bubbles: true, cancelable: true, composed: true }));
    });
    await submit().click();
    await expect.poll(calls).toBe(1);
    expect(demo.uis.received("place_calls")).toHaveLength(1);
  });

  it("calls for Enter in the number's field", async () => {
    await fillIn();
    await button().getByRole("textbox").press("Enter");
    await expect.poll(calls).toBe(1);
  });

  it("calls for a script's click where the page says so, and for its method", async () => {
    await fillIn();
    await button().evaluate((element: CallButton) => (element.programmatic = true));
    await submit().evaluate((element: HTMLButtonElement) => element.click());
    await expect.poll(calls).toBe(1);
    await fillIn();
    await button().evaluate((element: CallButton) => element.call("8 900 000-00-02"));
    await expect.poll(calls).toBe(2);
  });

  it("hears no messages of other windows", async () => {
    await page.addInitScript(() => {
      const heard: string[] = ((window as unknown as { heard: string[] }).heard = []);
      const add = window.addEventListener.bind(window);
      window.addEventListener = (type: string, ...rest: [EventListenerOrEventListenerObject]) => {
        heard.push(type);
        add(type, ...rest);
      };
    });
    await fillIn();
    await page.evaluate(() =>
      window.postMessage({ type: "call", target: "sales", phone: "+79000000009" }, "*"),
    );
    await submit().click();
    await expect.poll(calls).toBe(1);
    const heard = await page.evaluate(() => (window as unknown as { heard: string[] }).heard);
    expect(heard).toContain("online");
    expect(heard.filter((type) => type.startsWith("message"))).toEqual([]);
  });
});
