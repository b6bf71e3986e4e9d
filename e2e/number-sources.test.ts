import { type Demo, startDemo } from "@uis-call/demo";
import type { Browser, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { launchBrowser } from "./browser.js";

const [OPERATOR, BORIS, SUPPLIER, BUYER] = ["79000000505", "79000000612", "79000000404", "79000000001"];

let browser: Browser;
beforeAll(async () => {
  browser = await launchBrowser();
});
afterAll(() => browser.close());

describe("the demo's CRM and marketplace", () => {
  let demo: Demo;
  let page: Page;
  /** Everything that the pages' own backend and ours answered or logged. */
  let seen: string;
  let complaints: string[];

  beforeEach(async () => {
    [seen, complaints] = ["", []];
    demo = await startDemo({ port: 0, log: (line) => (seen += line) });
    page = await browser.newPage({ locale: "en-US" });
    page.on("console", (message) => {
      if (["error", "warning"].includes(message.type())) complaints.push(message.text());
    });
    page.on("response", (response) => {
      if (!/\/(api|tokens)\//.test(response.url())) return;
      void Promise.all([response.text(), response.allHeaders()]).then(
        ([text, headers]) => (seen += text + JSON.stringify(headers)),
        () => undefined,
      );
    });
    await page.goto(demo.url);
  });
  afterEach(async () => {
    await page.close();
    await demo.stop();
  });

  const site = (name: string) => page.locator(`[data-site=${name}]`);
  const button = (id: string) => page.locator(`uis-call-button#${id}`);
  const dialled = () => demo.uis.received("place_calls").map(({ params }) => params);
  const tab = (name: string) => page.getByRole("link", { name }).click();

  async function press(id: string, phone?: string): Promise<void> {
    await button(id).getByRole("button").first().click();
    if (phone !== undefined) await button(id).getByRole("textbox").fill(phone);
    await button(id).locator("[part~=submit]").click();
  }

  /** The site as the page has it, with what is in its elements. */
  const contentOf = (name: string): Promise<string> =>
    site(name).evaluate((article) =>
      [article, ...article.querySelectorAll("uis-call-button")]
        .map((element) => element.outerHTML + (element.shadowRoot?.innerHTML ?? ""))
        .join("\n"),
    );

  const expectHidden = async (name: string, numbers: string[]): Promise<void> => {
    const everything = seen + (await contentOf(name));
    expect(everything.length).toBeGreaterThan(2000);
    for (const number of numbers) {
      expect(everything).not.toContain(number);
      expect(everything.replaceAll(/[\s()\-+]/g, "")).not.toContain(number);
    }
  };

  it("calls a customer from the CRM: no number is typed, and none is in the page", async () => {
    await tab("CRM");
    await site("crm").locator("code", { hasText: "eyJ" }).waitFor();
    await button("boris").getByRole("button").first().click();
    await button("boris").locator("[part~=submit]").waitFor();
    await expect.poll(() => button("boris").getByRole("textbox").count()).toBe(0);
    await button("boris").locator("[part~=submit]").click();
    await expect.poll(dialled).toMatchObject([{ numa: BORIS, numc: OPERATOR, first_call: "numc" }]);
    await expectHidden("crm", [BORIS, OPERATOR]);
    expect(complaints).toEqual([]);
  });

  it("connects a buyer with a seller whose number is nowhere in the page", async () => {
    await tab("Marketplace");
    await site("market").locator("code", { hasText: "eyJ" }).waitFor();
    await press("supplier", "8 (900) 000-00-01");
    await expect.poll(dialled).toMatchObject([
      {
        numa: BUYER,
        numc: SUPPLIER,
        numc_message: { value: expect.stringContaining("Brazil Santos") as string },
      },
    ]);
    await expectHidden("market", [SUPPLIER]);
    expect(complaints).toEqual([]);
  });

  it("goes from site to site, known in one and nobody in the next", async () => {
    await press("sales", "8 (900) 000-00-01");
    await expect.poll(dialled).toHaveLength(1);
    await tab("CRM");
    await site("crm").locator("code", { hasText: "eyJ" }).waitFor();
    await press("boris");
    await expect.poll(dialled).toHaveLength(2);
    await tab("Shop");
    await press("support", "8 (900) 000-00-02");
    await expect.poll(dialled).toHaveLength(3);
    await tab("CRM");
    await button("boris").getByRole("button").first().click();
    await press("anna");
    await expect.poll(dialled).toHaveLength(4);
  });
});
