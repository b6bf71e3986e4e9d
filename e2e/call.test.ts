import { type Demo, startDemo } from "@uis-call/demo";
import type { Browser, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { launchBrowser } from "./browser.js";

const OFFICE = "79000000101";

let browser: Browser;
beforeAll(async () => {
  browser = await launchBrowser();
});
afterAll(() => browser.close());

/** The office phones that a timeline says to ring, by number. */
const officePhonesIn = (timeline: string): string[] => [
  ...new Set([...timeline.matchAll(/звонит офис (.+?), на экране/g)].map(([, number = ""]) => number)),
];

describe("the demo in a browser", () => {
  let demo: Demo;
  let page: Page;
  /** Everything the backend answered, and everything it logged. */
  let seen: string[];
  let logged: string;
  let complaints: string[];
  /** Paths asked of the backend. */
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

  it("rings the office, then the visitor, and says so once both have answered", async () => {
    await submit("8 (900) 000-00-01");
    await expect.poll(ringing).toEqual(["office"]);
    await page
      .locator("uis-phones")
      .getByRole("button", { name: /ответить/i })
      .click();
    await expect.poll(ringing).toEqual(["visitor"]);
    await page
      .locator("uis-phones")
      .getByRole("button", { name: /ответить/i })
      .click();
    await page.locator("uis-phones").getByText("Соединение").waitFor();
    await button("sales").getByRole("status").getByText("Соединили").waitFor();
    expect(complaints).toEqual([]);
  });

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

  it("says that it could not connect when the office declines, without guessing who is to blame", async () => {
    await submit("8 (900) 000-00-01");
    await expect.poll(ringing).toEqual(["office"]);
    await page
      .locator("uis-phones")
      .getByRole("button", { name: /отклонить/i })
      .click();
    await expect
      .poll(() => button("sales").getByRole("status").textContent())
      .toMatch(/Соединить не удалось\. Можно/);
  });

  it("brings the phones into sight where they are below the shop", async () => {
    await page.setViewportSize({ width: 390, height: 844 });
    await submit("8 (900) 000-00-01");
    await expect.poll(ringing).toEqual(["office"]);
    const answer = page.locator("uis-phones").getByRole("button", { name: /ответить/i });
    const aboveSheet = () =>
      Promise.all([answer.boundingBox(), button("sales").locator("[part~=panel]").boundingBox()]).then(
        ([key, sheet]) => key !== null && sheet !== null && key.y > 0 && key.y + key.height < sheet.y,
      );
    await expect.poll(aboveSheet).toBe(true);
  });

  it("makes one call of a double click", async () => {
    await button("sales").getByRole("button").first().click();
    await button("sales").getByRole("textbox").fill("8 (900) 000-00-01");
    await button("sales").locator("[part~=submit]").dblclick();
    await expect.poll(ringing).toEqual(["office"]);
    expect(requestsTo("place_calls")).toHaveLength(1);
  });

  it("rings several phones of a group at once", async () => {
    await submit("8 (900) 000-00-01", "support");
    await expect.poll(ringing).toEqual(["office", "office"]);
    // Its timeline says which phone rings when.
    const timeline = page.locator("uis-timeline ol");
    await expect.poll(() => timeline.innerText()).toMatch(/t\+0[.,]0/);
    await expect.poll(() => timeline.innerText().then(officePhonesIn)).toHaveLength(2);
  });

  it("asks nothing of the backend until the button is touched, and no session until it is pressed", async () => {
    await button("sales").getByRole("button").first().waitFor();
    expect(asked).toEqual(["/api/widget.js"]);
    await button("sales").getByRole("button").first().hover();
    await expect.poll(() => asked.length).toBe(3);
    const [language, panel] = asked.slice(1).sort().reverse();
    expect(language).toMatch(/^\/api\/widget-ru-\w+\.js$/);
    expect(panel).toMatch(/^\/api\/widget-call-panel-\w+\.js$/);
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
    for (const planted of [key, OFFICE, "79000000111"]) {
      expect(everything).not.toContain(planted);
      expect(everything.replaceAll(/[^\da-zA-Z]/g, "")).not.toContain(planted);
    }
    expect((seen.join() + logged).replaceAll(/\D/g, "")).not.toContain("9000000001");
  });

  it.each(["+49 1512 3456789", "12"])(
    "tells the visitor what is wrong with %s, and rings nobody",
    async (phone) => {
      await submit(phone);
      await button("sales").getByRole("alert").waitFor();
      expect(await button("sales").getByRole("textbox").getAttribute("aria-invalid")).toBe("true");
      expect(requestsTo("place_calls")).toEqual([]);
    },
  );

  it("still says how to reach the shop when the backend is gone", async () => {
    await page.route("**/api/**", (route) => route.abort());
    await button("sales").getByRole("button").first().click();
    await button("sales").locator("a[href^=tel]").waitFor();
  });
});
