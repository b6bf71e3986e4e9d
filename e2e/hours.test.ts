import { type Demo, startDemo } from "@uis-call/demo";
import type { EngineBrowser } from "@uis-call/testing/browsers/engine";
import { ENGINES } from "@uis-call/testing/browsers/engines";
import type { Tab } from "@uis-call/testing/browsers/tab";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { hoursWithoutToday } from "./hours-without-today.js";

const part = (name: string) => `uis-call-button#sales >>> [part~=${name}]`;

describe.each(ENGINES)("a button of who is closed today, in $name", ({ start }) => {
  let browser: EngineBrowser;
  let demo: Demo;
  let tab: Tab;
  beforeAll(async () => {
    browser = await start();
  });
  afterAll(() => browser.close());

  beforeEach(async () => {
    demo = await startDemo({
      port: 0,
      configure: ({ tenants, ...rest }) => ({
        ...rest,
        // Removes the hours at night in which calls are not allowed, because tests may run at night.
        tenants: tenants.map((tenant) => ({ ...tenant, hours: hoursWithoutToday(), quietHours: undefined })),
      }),
    });
    tab = await browser.open();
    await tab.goto(demo.url);
  });
  afterEach(async () => {
    await tab.close();
    await demo.stop();
  });

  /** Returns the selected options of the two lists, which are the day and the time. */
  const chosen = () =>
    tab.run(() => {
      const root = document.querySelector("uis-call-button")?.shadowRoot;
      return [...(root?.querySelectorAll("select") ?? [])].map((list) => list.selectedOptions[0]?.text);
    });

  it("says so, has a time chosen by the keyboard alone, keeps the call for it, over a reload too, and takes it back", async () => {
    await tab.click(part("button"));
    await tab.reads(part("closed"), /^We're closed now\. We open on /);
    await tab.see(part("time"));
    const [today, opening] = await chosen();
    await tab.type("8 900 000-07-01");
    await tab.press("Tab", "ArrowDown", "Tab", "ArrowDown", "ArrowDown");
    const [day = "", time = ""] = await chosen();
    expect(day).not.toBe(today);
    expect(time).not.toBe(opening);
    await tab.press("Tab", "Enter");

    // Spaces in the text may be no-break spaces, which keep a time on one line. `\s` matches both kinds.
    const promise = new RegExp(`^We'll call you on .* at ${time}\\.$`.replaceAll(" ", "\\s"));
    await tab.reads(part("status"), promise);
    await tab.goto(demo.url);
    await tab.click(part("button"));
    await tab.reads(part("status"), promise);
    await tab.click(part("cancel"));
    await tab.reads(part("status"), /cancelled/);
    expect(demo.uis.received("place_calls")).toEqual([]);
  });
});
