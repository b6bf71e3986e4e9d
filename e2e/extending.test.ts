import type { EngineBrowser } from "@uis-call/testing/browsers/engine";
import { ENGINES } from "@uis-call/testing/browsers/engines";
import type { Tab } from "@uis-call/testing/browsers/tab";
import type { UisCallButton } from "@uis-call/widget";
import type { PropertyValues, ReactiveController } from "lit";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type Pages, startPages } from "./pages.js";

// The script-tag bundle contains Lit as published. Therefore the functions that Lit documents, such as subclassing,
// must work.
describe.each(ENGINES)("the element of the script tag, in $name", ({ start }) => {
  let browser: EngineBrowser;
  let pages: Pages;
  let tab: Tab;
  beforeAll(async () => {
    pages = await startPages();
    browser = await start();
  });
  afterAll(async () => {
    await browser.close();
    await pages.stop();
  });
  beforeEach(async () => {
    tab = await browser.open();
  });
  afterEach(() => tab.close());

  /** Opens a page that loads the script from the backend and shows the given HTML. */
  const show = (content: string) =>
    tab.goto(
      pages.put({ html: `<script type="module" src="${pages.endpoint}/widget.js"></script>${content}` }),
    );

  async function nothingIsWrong(): Promise<void> {
    const heard = await tab.run(() => (globalThis as unknown as { complaints: string[] }).complaints);
    expect([...heard, ...tab.complaints]).toEqual([]);
  }

  it("is the base of a subclass, which renders and places a call", async () => {
    await show('<shop-button tenant="own" target="sales" shop="Beans"></shop-button>');
    await tab.run(async () => {
      const Base = (await customElements.whenDefined("uis-call-button")) as typeof UisCallButton;
      class ShopButton extends Base {
        static override properties = { shop: { reflect: true } };
        declare shop: string;

        override willUpdate(changed: PropertyValues<this>): void {
          super.willUpdate(changed);
          if (changed.has("shop")) this.label = `Call ${this.shop}`;
        }
      }
      customElements.define("shop-button", ShopButton);
    });
    await tab.reads("shop-button >>> [part~=button]", /^Call Beans$/);
    await tab.run(() => Object.assign(document.querySelector("shop-button")!, { shop: "Tea" }));
    await tab.reads("shop-button[shop=Tea] >>> [part~=button]", /^Call Tea$/);
    await tab.click("shop-button >>> [part~=button]");
    await tab.fill("shop-button >>> [part~=phone]", "8 900 000-00-41");
    await tab.click("shop-button >>> form [part~=submit]");
    await tab.reads("shop-button >>> [role=status]", /You are connected/);
    await nothingIsWrong();
  });

  it("calls a reactive controller that the page adds, until the page removes it", async () => {
    await show('<uis-call-button tenant="own" target="sales"></uis-call-button>');
    const called = await tab.run(async () => {
      await customElements.whenDefined("uis-call-button");
      const button = document.querySelector<UisCallButton>("uis-call-button")!;
      const called: string[] = [];
      const controller: ReactiveController = {
        hostConnected: () => called.push("connected"),
        hostUpdate: () => called.push("update"),
        hostUpdated: () => called.push(`updated ${button.label}`),
        hostDisconnected: () => called.push("disconnected"),
      };
      await button.updateComplete;
      button.addController(controller);
      button.label = "Call us";
      await button.updateComplete;
      button.remove();
      button.removeController(controller);
      button.label = "Call me";
      await button.updateComplete;
      return called;
    });
    expect(called).toEqual(["connected", "update", "updated Call us", "disconnected"]);
    await nothingIsWrong();
  });
});
