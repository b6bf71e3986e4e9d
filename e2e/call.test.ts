import { type Demo, startDemo } from "@uis-call/demo";
import type { EngineBrowser } from "@uis-call/testing/browsers/engine";
import { ENGINES } from "@uis-call/testing/browsers/engines";
import type { Tab } from "@uis-call/testing/browsers/tab";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";

const PHONE = "8 (900) 000-00-01";

/** Reads from the text of the timeline which numbers of office phones have rung. */
const officePhonesIn = (timeline: string): string[] => [
  ...new Set([...timeline.matchAll(/office rings (.+?), shows/gi)].map(([, number = ""]) => number)),
];

describe.each(ENGINES)("the demo in $name", ({ start }) => {
  let browser: EngineBrowser;
  let demo: Demo;
  let tab: Tab;
  beforeAll(async () => {
    browser = await start();
  });
  afterAll(() => browser.close());

  beforeEach(async () => {
    demo = await startDemo({ port: 0 });
    tab = await browser.open();
    await tab.goto(demo.url);
  });
  afterEach(async () => {
    await tab.close();
    await demo.stop();
  });

  const part = (name: string, id = "sales") => `uis-call-button#${id} >>> [part~=${name}]`;
  const status = "uis-call-button#sales >>> [role=status]";
  const placed = () => demo.uis.received("place_calls");

  async function submit(phone: string, id = "sales", clicks = 1): Promise<void> {
    await tab.click(part("button", id));
    await tab.fill(part("phone", id), phone);
    await tab.click(`uis-call-button#${id} >>> form [part~=submit]`, clicks);
  }

  const ringing = () =>
    demo.uis.exchange.calls
      .at(-1)
      ?.legs.filter((leg) => leg.state === "ringing")
      .map((leg) => leg.party);

  /** Presses the button that answers or declines the telephone call on the ringing phone of the demo page. */
  const press = (verb: "answer" | "decline") =>
    tab.click(`uis-phones >>> uis-phone >>> .keys button.${verb === "answer" ? "answer" : "down"}`);

  /** Returns the paths that the page has requested from the backend. */
  const asked = () =>
    tab.run(() =>
      performance
        .getEntriesByType("resource")
        .map(({ name }) => new URL(name).pathname)
        .filter((path) => path.startsWith("/api/")),
    );

  it("rings the office, then the visitor, and says so once both have answered", async () => {
    // Makes speech faster, because both spoken messages are played to their end.
    demo.uis.exchange.change({ speech: 200 });
    await submit(PHONE);
    await expect.poll(ringing).toEqual(["office"]);
    await press("answer");
    await expect.poll(ringing).toEqual(["visitor"]);
    await press("answer");
    await tab.reads("uis-phones >>> .stage", /Connected/);
    await tab.reads(status, /You are connected/);
  });

  it("says that it could not connect when the office declines, without guessing who is to blame", async () => {
    await submit(PHONE);
    await expect.poll(ringing).toEqual(["office"]);
    await press("decline");
    await tab.reads(status, /couldn.t be connected. You can/);
  });

  it("makes one call of a double click", async () => {
    await submit(PHONE, "sales", 2);
    await expect.poll(ringing).toEqual(["office"]);
    expect(placed()).toHaveLength(1);
  });

  it("rings several phones of a group at once", async () => {
    await submit(PHONE, "support");
    await expect.poll(ringing).toEqual(["office", "office"]);
    // The timeline shows which phones have rung.
    await tab.reads("uis-timeline >>> ol", /t\+0[.,]0/);
    await expect.poll(() => tab.text("uis-timeline >>> ol").then(officePhonesIn)).toHaveLength(2);
  });

  it("brings the phones into sight where they are below the shop", async () => {
    await tab.resize(390, 700);
    await submit(PHONE);
    await expect.poll(ringing).toEqual(["office"]);
    const aboveSheet = () =>
      tab.run(() => {
        const phones = document.querySelector("uis-phones")?.shadowRoot?.querySelectorAll("uis-phone") ?? [];
        const [key] = [...phones].flatMap(
          ({ shadowRoot }) => shadowRoot?.querySelector("button.answer") ?? [],
        );
        const button = document.querySelector("uis-call-button#sales");
        const sheet = button?.shadowRoot?.querySelector("[part~=panel]")?.getBoundingClientRect();
        const { top = 0, bottom = 0 } = key?.getBoundingClientRect() ?? {};
        return sheet !== undefined && top > 0 && bottom < sheet.top;
      });
    await expect.poll(aboveSheet).toBe(true);
  });

  it("asks nothing of the backend until the button is touched, and no session until it is pressed", async () => {
    await tab.see(part("button"));
    expect(await asked()).toEqual(["/api/widget.js"]);
    await tab.hover(part("button"));
    await expect.poll(async () => (await asked()).length).toBe(3);
    const [language, panel] = (await asked()).slice(1).sort();
    expect(language).toMatch(/^\/api\/widget-en-\w+\.js$/);
    expect(panel).toMatch(/^\/api\/widget-panel-\w+\.js$/);
    await tab.click(part("button"));
    await expect.poll(async () => (await asked()).slice(3)).toEqual(["/api/session"]);
  });

  it("shows the call that is under way when the page is loaded again", async () => {
    await submit(PHONE);
    await tab.reads(status, /We are calling/);
    await tab.goto(demo.url);
    await tab.reads(part("button"), /Calling/);
    await tab.click(part("button"));
    await tab.reads(status, /We are calling/);
    expect(placed()).toHaveLength(1);
  });

  it.each(["+49 1512 3456789", "12"])(
    "tells the visitor what is wrong with %s, and rings no phone",
    async (phone) => {
      await submit(phone);
      await tab.reads("uis-call-button#sales >>> #phone-error", /./);
      expect(
        await tab.run(() =>
          document
            .querySelector("uis-call-button#sales")
            ?.shadowRoot?.querySelector("[part~=phone]")
            ?.getAttribute("aria-invalid"),
        ),
      ).toBe("true");
      expect(placed()).toEqual([]);
    },
  );

  it("still says how to reach the shop when the backend is gone", async () => {
    await tab.see(part("button"));
    await demo.stop();
    await tab.click(part("button"));
    await tab.see("uis-call-button#sales >>> a[href^=tel]");
  });
});
