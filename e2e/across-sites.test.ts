import { launchBrowser } from "@uis-call/testing/browsers/playwright";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, it, onTestFinished } from "vitest";
import { ENDPOINT, type Hosts, startHosts } from "./hosts.js";

// Runs in Chromium only, because only Chromium has command-line flags for host names and certificates.
let hosts: Hosts;
let browser: Browser;
beforeAll(async () => {
  hosts = await startHosts();
  browser = await launchBrowser(hosts.flags);
});
afterAll(async () => {
  await browser.close();
  await hosts.stop();
});

/** Requests a call with the shipped button and waits until the call is over. @returns the page's console output */
async function callFrom(url: string, phone: string): Promise<string[]> {
  const context = await browser.newContext();
  onTestFinished(() => context.close());
  const page: Page = await context.newPage();
  const said: string[] = [];
  page.on("console", (message) => said.push(message.text()));
  page.on("pageerror", (error) => said.push(error.message));
  await page.goto(url);
  await page.addScriptTag({ type: "module", url: `${ENDPOINT}/widget.js` });
  await page.evaluate(() => {
    document.body.innerHTML = '<uis-call-button tenant="shop" target="sales" locale="en"></uis-call-button>';
  });
  const button = page.locator("uis-call-button");
  await button.getByRole("button").first().click();
  await button.getByRole("textbox").pressSequentially(phone);
  await button.locator("form [part~=submit]").click();
  await button.getByText("You are connected").waitFor();
  return said;
}

const sent = (path: string) => hosts.answered.filter((one) => one.path === path && one.method === "POST");

it.each([
  ["https://foreign.test/", "9000000901", false],
  ["https://shop.test/", "9000000902", true],
])("the button on %s places a call, with no complaint in the console", async (url, phone, byCookie) => {
  expect(await callFrom(url, phone)).toEqual([]);
  expect(hosts.uis.received("place_calls").at(-1)?.params).toMatchObject({ numa: `7${phone}` });
  expect(sent("/api/calls").at(-1)?.cookie !== undefined).toBe(byCookie);
  // Each page so far must have opened one session, without a second try.
  expect(sent("/api/session").filter(({ status }) => status === 200).length).toBe(byCookie ? 2 : 1);
});
