import { type Demo, startDemo } from "@uis-call/demo";
import { launchBrowser } from "@uis-call/testing/browsers/playwright";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { findings } from "./axe.js";

// Runs in Chromium only, because the test cannot turn scripts off in other browsers.
let demo: Demo;
let browser: Browser;
beforeAll(async () => {
  demo = await startDemo({ port: 0 });
  demo.uis.exchange.change({ answersWhen: "accepted" });
  browser = await launchBrowser();
});
afterAll(async () => {
  await browser.close();
  await demo.stop();
});

async function open(options: NonNullable<Parameters<Browser["newPage"]>[0]> = {}): Promise<Page> {
  const page = await browser.newPage({ locale: "ru-RU", ...options });
  onTestFinished(() => page.close());
  return page;
}

/** Requests a call on the demo page and waits until the call is over. */
async function askForACall(): Promise<void> {
  const page = await open();
  await page.goto(demo.url);
  const button = page.locator("uis-call-button#sales");
  await button.getByRole("button").first().click();
  await button.getByRole("textbox").fill("8 (900) 000-00-01");
  const before = demo.uis.received("place_calls").length;
  // A first answer may refuse the request, for example because it needs a proof of work. The element then repeats it.
  const answer = page.waitForResponse(
    (response) => new URL(response.url()).pathname === "/api/calls" && response.ok(),
  );
  await button.locator("[part~=submit]").click();
  const { status } = (await (await answer).json()) as { status: string };
  if (status !== "held")
    await expect.poll(() => demo.uis.received("place_calls").length).toBeGreaterThan(before);
}

const spoken = (): string => {
  const { params } = demo.uis.received("place_calls").at(-1) ?? {};
  return (params as { numa_message: { value: string } }).numa_message.value;
};

describe("the opt-out page, in a browser", () => {
  it("is found at the address that is told, works without script, and ends the calls to the number", async () => {
    for (let n = 0; n < 3; n++) await askForACall();
    const [, address = "", code = ""] = /страницу (\S+) и введите код ((?:\d ){5}\d)/.exec(spoken()) ?? [];
    const page = await open({ javaScriptEnabled: false });
    await page.goto(`http://${address}`);
    await page.getByLabel("Код из шести цифр").fill("000000");
    await page.getByLabel("Последние четыре цифры").fill("0001");
    await page.getByRole("button", { name: "Больше не звонить" }).click();
    await expect
      .poll(() => page.getByRole("alert").textContent())
      .toContain("Такого кода для этого номера нет");
    await page.getByLabel("Код из шести цифр").fill(code);
    await page.getByLabel("Последние четыре цифры").fill("0001");
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { name: "Звонки прекращены" }).waitFor();
    // The page must contain no digit of the number. A partly hidden number is not allowed either.
    expect(await page.locator("body").textContent()).not.toMatch(/\d/);
    const dialled = demo.uis.received("place_calls").length;
    await askForACall();
    expect(demo.uis.received("place_calls")).toHaveLength(dialled);
  });

  it.each(["light", "dark"] as const)("has nothing that axe finds, in %s", async (colorScheme) => {
    const page = await open({ colorScheme });
    await page.goto(`${demo.url}/stop`);
    expect(await findings(page)).toEqual([]);
    await page.locator("#code").fill("12");
    await page.locator("#number").fill("0001");
    await page.getByRole("button").click();
    await page.getByRole("alert").waitFor();
    expect(await findings(page)).toEqual([]);
    const description = await page.locator("#code").getAttribute("aria-describedby");
    const described = await page.locator(`#${description?.split(" ")[0] ?? ""}`).textContent();
    expect(described).toContain("шесть цифр");
  });

  it("fits a window 320 px wide, at twice the size of text", async () => {
    for (const locale of ["ru-RU", "en-GB"]) {
      const page = await open({ locale, viewport: { width: 320, height: 480 } });
      await page.goto(`${demo.url}/stop`);
      await page.locator("#code").fill("12");
      await page.locator("#number").fill("0001");
      await page.getByRole("button").click();
      await page.getByRole("alert").waitFor();
      const width = () => page.evaluate(() => document.documentElement.scrollWidth);
      expect(await width()).toBe(320);
      await page.evaluate(() => document.documentElement.style.setProperty("font-size", "200%"));
      expect(await width()).toBe(320);
    }
  });

  it("obeys its own strict policy, and loads nothing", async () => {
    const page = await open();
    const complaints: string[] = [];
    const requests: string[] = [];
    page.on("console", (message) => complaints.push(message.text()));
    page.on("request", (request) => requests.push(new URL(request.url()).pathname));
    await page.goto(`${demo.url}/stop`);
    const colour = await page
      .getByRole("button")
      .evaluate((button) => getComputedStyle(button).backgroundColor);
    expect(colour).toBe("rgb(11, 92, 173)");
    expect(complaints).toEqual([]);
    expect(requests.filter((path) => path !== "/favicon.ico")).toEqual(["/stop"]);
  });
});
