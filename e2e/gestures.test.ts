import { type Demo, startDemo } from "@uis-call/demo";
import type { EngineBrowser } from "@uis-call/testing/browsers/engine";
import { ENGINES } from "@uis-call/testing/browsers/engines";
import type { Tab } from "@uis-call/testing/browsers/tab";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";

/** The properties and methods of the element that this test uses. */
type CallButton = HTMLElement & { programmatic: boolean; call: (phone: string) => Promise<void> };

const BUTTON = "uis-call-button#sales";

describe.each(ENGINES)("the button in $name", ({ start }) => {
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
  });
  afterEach(async () => {
    await tab.close();
    await demo.stop();
  });

  const calls = () => demo.uis.received("place_calls").length;

  async function fillIn(): Promise<void> {
    await tab.goto(demo.url);
    await tab.click(`${BUTTON} >>> [part~=button]`);
    await tab.fill(`${BUTTON} >>> [part~=phone]`, "8 900 000-00-01");
  }

  const clickByScript = () =>
    tab.run((selector) => {
      const element = document.querySelector(selector);
      const submit = element?.shadowRoot?.querySelector<HTMLButtonElement>("form [part~=submit]");
      submit?.click();
      submit?.form?.requestSubmit();
      submit?.form?.requestSubmit(submit);
      submit?.dispatchEvent(new MouseEvent("click", { bubbles: true, cancelable: true, composed: true }));
    }, BUTTON);

  it("calls for a person's click alone: a script's click, and a form it submits, do nothing", async () => {
    await fillIn();
    await clickByScript();
    await tab.click(`${BUTTON} >>> form [part~=submit]`);
    await expect.poll(calls).toBe(1);
    expect(demo.uis.received("place_calls")).toHaveLength(1);
  });

  it("calls for Enter in the number's field", async () => {
    await fillIn();
    await tab.press("Enter");
    await expect.poll(calls).toBe(1);
  });

  it("calls for a script's click where the page says so", async () => {
    await fillIn();
    await tab.run((selector) => {
      document.querySelector<CallButton>(selector)!.programmatic = true;
    }, BUTTON);
    await clickByScript();
    await expect.poll(calls).toBe(1);
  });

  it("calls for its method", async () => {
    await tab.goto(demo.url);
    await tab.see(`${BUTTON} >>> [part~=button]`);
    await tab.run(
      (selector) => document.querySelector<CallButton>(selector)!.call("8 900 000-00-02"),
      BUTTON,
    );
    await expect.poll(calls).toBe(1);
  });

  it("hears no messages of other windows", async () => {
    await fillIn();
    await tab.run(() => window.postMessage({ type: "call", target: "sales", phone: "+79000000009" }, "*"));
    await tab.click(`${BUTTON} >>> form [part~=submit]`);
    await expect.poll(calls).toBe(1);
    expect(demo.uis.received("place_calls")[0]?.params).toMatchObject({ numa: "79000000001" });
  });
});
