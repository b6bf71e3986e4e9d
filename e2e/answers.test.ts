import { type Demo, startDemo } from "@uis-call/demo";
import { launchBrowser } from "@uis-call/testing/browsers/playwright";
import type { Browser, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";

const OFFICE = "79000000101";

let browser: Browser;
beforeAll(async () => {
  browser = await launchBrowser();
});
afterAll(() => browser.close());

// Runs in Chromium only, because other browsers do not show the HTTP requests and responses to the test.
describe("the demo, and what it is told", () => {
  let demo: Demo;
  let page: Page;
  /** All HTTP responses of the backend. */
  let seen: string[];
  /** All lines that the backend has logged. */
  let logged: string;
  let complaints: string[];
  /** Paths that the page has requested from the backend. */
  let asked: string[];

  beforeEach(async () => {
    [seen, logged, complaints, asked] = [[], "", [], []];
    demo = await startDemo({ port: 0, log: (line) => (logged += line) });
    page = await browser.newPage({ locale: "ru-RU" });
    page.on("console", (message) => {
      if (["error", "warning"].includes(message.type())) complaints.push(message.text());
    });
    page.on("pageerror", (error) => complaints.push(error.message));
    page.on("request", (request) => {
      const { pathname } = new URL(request.url());
      if (pathname.startsWith("/api/")) asked.push(pathname);
    });
    page.on("response", (response) => {
      if (response.url().includes("/api/"))
        void response.text().then(
          (text) => seen.push(text),
          () => undefined,
        );
    });
    await page.goto(demo.url);
  });
  afterEach(async () => {
    await page.close();
    await demo.stop();
  });

  const button = (id: "sales" | "support") => page.locator(`uis-call-button#${id}`);
  const requestsTo = (path: string) => demo.uis.received(path);

  async function submit(phone: string, id: "sales" | "support" = "sales"): Promise<void> {
    await button(id).getByRole("button").first().click();
    await button(id).getByRole("textbox").fill(phone);
    await button(id).locator("[part~=submit]").click();
  }

  const ringing = () =>
    demo.uis.exchange.calls
      .at(-1)
      ?.legs.filter((leg) => leg.state === "ringing")
      .map((leg) => leg.party);

  it("has UIS receive exactly what the target says, with the sentence in the visitor's language", async () => {
    await submit("8 (900) 000-00-01");
    await expect.poll(() => requestsTo("place_calls").length).toBe(1);
    const [{ id, params } = { id: undefined, params: undefined }] = requestsTo("place_calls");
    const [authenticated] = requestsTo("authenticate");
    expect(Number.isInteger(id)).toBe(true);
    expect(params).toMatchObject({
      session_key: expect.stringMatching(/^[\da-f]{40}$/) as string,
      numa: "79000000001",
      numb: "74990000000",
      numc: OFFICE,
      first_call: "numc",
      switch_at_once: false,
      numa_message: { type: "text", value: "Здравствуйте! Соединяем вас с отделом продаж." },
      numc_message: {
        type: "text",
        value: "Обратный звонок с сайта. Клиент смотрит: Эфиопия Иргачеффе, зерно.",
      },
    });
    expect(JSON.stringify(authenticated?.answer)).toContain((params as { session_key: string }).session_key);
  });

  it("asks nothing of the backend until the button is touched, and no session until it is pressed", async () => {
    await button("sales").getByRole("button").first().waitFor();
    expect(asked).toEqual(["/api/widget.js"]);
    await button("sales").getByRole("button").first().hover();
    await expect.poll(() => asked.length).toBe(3);
    const [language, panel] = asked.slice(1).sort().reverse();
    expect(language).toMatch(/^\/api\/widget-ru-\w+\.js$/);
    expect(panel).toMatch(/^\/api\/widget-panel-\w+\.js$/);
    await button("sales").getByRole("button").first().click();
    await expect.poll(() => asked.slice(3)).toEqual(["/api/session"]);
  });

  it("shows no office number, key or number of the visitor's in any answer, in the button, or in the log", async () => {
    await submit("8 (900) 000-00-01");
    await expect.poll(ringing).toEqual(["office"]);
    const key = (requestsTo("place_calls")[0]?.params as { session_key: string }).session_key;
    const dom = await button("sales").evaluate(
      (element) => element.outerHTML + (element.shadowRoot?.innerHTML ?? ""),
    );
    const everything = [...seen, dom, logged].join("\n");
    expect(everything).toContain("dialing");
    for (const secret of [key, OFFICE, "79000000111"]) {
      expect(everything).not.toContain(secret);
      expect(everything.replaceAll(/[^\da-zA-Z]/g, "")).not.toContain(secret);
    }
    expect((seen.join() + logged).replaceAll(/\D/g, "")).not.toContain("9000000001");
  });
});
