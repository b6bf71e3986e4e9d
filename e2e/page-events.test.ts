import type { EngineBrowser } from "@uis-call/testing/browsers/engine";
import { ENGINES } from "@uis-call/testing/browsers/engines";
import type { Tab } from "@uis-call/testing/browsers/tab";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { scriptOf } from "./libraries.js";
import { type Pages, startPages } from "./pages.js";

type CallButton = HTMLElement & { open: boolean; display: string };

/** The globals of the libraries, and the list to which the pages add what they notice. */
declare const hotkeys: (keys: string, work: (event: Event) => void) => void;
declare const focusTrap: {
  createFocusTrap: (element: string, options: object) => { activate: () => void };
};
declare const A11yDialog: new (element: Element) => { show: () => void };
declare let noted: string[];

const BUTTON = "uis-call-button";
const part = (name: string) => `${BUTTON} >>> [part~=${name}]`;
const ELEMENT = (display = "popover") =>
  `<uis-call-button tenant="own" target="sales" display="${display}"><a href="tel:+74990000000">+7 499 000-00-00</a></uis-call-button>`;
const MODAL = `<div id="modal" role="dialog" aria-modal="true" aria-label="News"
  style="position: fixed; inset: 20px auto auto 500px; width: 300px; height: 200px; background: #ddd; z-index: 2000">
  <button id="ok">OK</button><input id="mail" aria-label="Mail"></div>`;

let numbers = 10;
const nextNumber = () => `+7 900 000-${(numbers += 1)}-01`;

describe.each(ENGINES)("a page that listens, in $name,", ({ start }) => {
  let browser: EngineBrowser;
  let pages: Pages;
  let libraries: Record<"hotkeys" | "focusTrap" | "a11yDialog", string>;
  let tab: Tab;
  beforeAll(async () => {
    pages = await startPages();
    browser = await start();
    libraries = {
      hotkeys: await scriptOf("hotkeys-js", "hotkeys"),
      focusTrap: await scriptOf("focus-trap", "focusTrap"),
      a11yDialog: await scriptOf("a11y-dialog", "A11yDialog"),
    };
  });
  afterAll(async () => {
    await browser.close();
    await pages.stop();
  });
  beforeEach(async () => {
    tab = await browser.open();
  });
  afterEach(() => tab.close());

  const visit = (content: string, head = "") =>
    tab.goto(
      pages.put({
        html: `<script>globalThis.noted = [];</script>${head}<script type="module" src="${pages.endpoint}/widget.js"></script></head><body>${content}</body></html>`,
      }),
    );
  const noted_ = () => tab.run(() => noted);
  const numberIn = () =>
    tab.run(
      (selector) =>
        document.querySelector(selector)?.shadowRoot?.querySelector<HTMLInputElement>("[part~=phone]")?.value,
      BUTTON,
    );
  const isOpen = () => tab.run((selector) => document.querySelector<CallButton>(selector)!.open, BUTTON);
  const focused = () =>
    tab.run(() => {
      const { activeElement } = document;
      return activeElement?.shadowRoot?.activeElement?.getAttribute("part") ?? activeElement?.id ?? "";
    });

  async function open(): Promise<void> {
    await tab.click(part("button"));
    await tab.see(part("submit"));
    await expect.poll(focused).toBe("phone");
  }

  describe.each(["popover", "inline"])("has %s, and", (display) => {
    const enter = () => (display === "inline" ? tab.click(part("phone")) : open());

    it("hears nothing of what is typed there, by a library of shortcuts or otherwise", async () => {
      await visit(ELEMENT(display), libraries.hotkeys);
      await tab.run(() => {
        hotkeys("1,9,0,enter,backspace", () => noted.push("hotkeys"));
        for (const type of ["keydown", "keypress", "keyup", "input", "paste"])
          for (const capture of [true, false])
            for (const target of [document, document.body])
              target.addEventListener(
                type,
                (event) => {
                  // The capture phase of an input event comes before the element can stop the event, so the page may
                  // notice it there.
                  if (type === "input" && capture) return;
                  event.preventDefault();
                  noted.push(type);
                },
                { capture },
              );
      });
      await enter();
      await tab.type("89000000191");
      await tab.press("Backspace");
      await tab.type("0");
      expect(await numberIn()).toBe("8 900 000-01-90");
      expect(await noted_()).toEqual([]);
    });

    it("sends the form by Enter, though what is around has other uses for Enter", async () => {
      await visit(`<form id="outer">${ELEMENT(display)}</form>`);
      await tab.run(() => {
        const stop = (event: Event) => {
          if ((event as KeyboardEvent).key === "Enter") event.preventDefault();
        };
        for (const type of ["keydown", "keypress"])
          for (const capture of [true, false])
            document.querySelector("#outer")!.addEventListener(type, stop, { capture });
        document.querySelector("#outer")!.addEventListener("submit", () => noted.push("submit"));
      });
      await enter();
      await tab.type(nextNumber());
      await tab.press("Enter");
      await tab.see(`${BUTTON} >>> .sign.placed`);
      expect(await noted_()).toEqual([]);
    });

    it.each([
      ["link", `<a id="card" href="#gone" style="display: block">`, "</a>"],
      ["card", `<div id="card" style="cursor: pointer">`, "</div>"],
      ["label", `<label id="card"><input type="checkbox" id="outer">`, "</label>"],
    ])("is in a %s, which no click in it reaches", async (_what, before, after) => {
      await visit(before + ELEMENT(display) + after);
      await tab.run(() => {
        const card = document.querySelector("#card")!;
        for (const type of ["click", "pointerdown", "mousedown", "touchstart", "dblclick"])
          card.addEventListener(type, () => noted.push(type));
        card.addEventListener("keydown", () => noted.push("keydown"));
      });
      if (display === "inline") await tab.click(part("phone"));
      else {
        await tab.see(part("button"));
        await tab.run((selector) => {
          document.querySelector(selector)!.shadowRoot!.querySelector<HTMLElement>("[part~=button]")!.focus();
        }, BUTTON);
        await tab.press("Enter");
        await tab.click(part("close"));
        await open();
      }
      await tab.see(part("submit"));
      for (const inside of ["h2", "#phone-hint", "label", "[part~=phone]"])
        await tab.click(`${BUTTON} >>> ${inside}`);
      await tab.click(`${BUTTON} >>> h2`, 2);
      await tab.fill(part("phone"), nextNumber());
      await tab.click(part("submit"));
      await tab.see(`${BUTTON} >>> .sign.placed`);
      await tab.click(`${BUTTON} >>> [role=status] p`);
      expect(await noted_()).toEqual([]);
      expect(await tab.run(() => location.hash)).toBe("");
      expect(await tab.run(() => document.querySelector<HTMLInputElement>("#outer")?.checked ?? false)).toBe(
        false,
      );
    });
  });

  it("hears its shortcuts while the button has the focus, and the clicks on the link inside", async () => {
    await visit(
      `${ELEMENT()}<div id="card"><uis-call-button id="other"><a href="#tel">+7 499</a></uis-call-button></div>`,
      libraries.hotkeys,
    );
    await tab.run(() => {
      hotkeys("k", () => noted.push("k"));
      document.querySelector("#card")!.addEventListener("click", () => noted.push("click"));
    });
    await tab.see(part("button"));
    await tab.press("Tab", "k");
    expect(await focused()).toBe("button");
    await tab.click("#other a");
    expect(await noted_()).toEqual(["k", "click"]);
  });

  describe("closes by Escape one layer at a time: the panel, and then its own", () => {
    it.each([
      ["dialog", `<dialog id="layer">${ELEMENT()}</dialog>`],
      ["popover", `<div popover id="layer" style="inset: 20px auto auto 20px; margin: 0">${ELEMENT()}</div>`],
    ])("%s", async (_what, content) => {
      await visit(content);
      await tab.run(() => {
        const layer = document.querySelector<HTMLDialogElement>("#layer")!;
        if (layer.localName === "dialog") layer.showModal();
        else layer.showPopover();
      });
      const layerIsOpen = () =>
        tab.run(() => document.querySelector("#layer")!.matches("dialog[open], :popover-open"));
      await open();
      await tab.press("Escape");
      await tab.isGone(part("panel"));
      expect(await layerIsOpen()).toBe(true);
      await expect.poll(focused).toBe("button");
      // Escape must work in the same way while the button has the focus.
      await open();
      await tab.press("Shift+Tab", "Shift+Tab", "Escape");
      await tab.isGone(part("panel"));
      expect(await layerIsOpen()).toBe(true);
      await tab.press("Escape");
      await expect.poll(layerIsOpen).toBe(false);
    });

    it("modal of a library", async () => {
      await visit(
        `<div id="layer" aria-hidden="true" aria-label="Shop">${ELEMENT()}</div><style>[aria-hidden=true] { display: none }</style>`,
        libraries.a11yDialog,
      );
      await tab.run(() => new A11yDialog(document.querySelector("#layer")!).show());
      const layerIsOpen = () => tab.run(() => !document.querySelector("#layer")!.hasAttribute("aria-hidden"));
      await open();
      await tab.press("Escape");
      await tab.isGone(part("panel"));
      expect(await layerIsOpen()).toBe(true);
      await tab.press("Escape");
      await expect.poll(layerIsOpen).toBe(false);
    });
  });

  describe("with an open modal beside the floating button, can be called from:", () => {
    it("a trap that lets clicks through", async () => {
      await visit(MODAL + ELEMENT("floating"), libraries.focusTrap);
      await tab.run(() =>
        focusTrap.createFocusTrap("#modal", { allowOutsideClick: true, escapeDeactivates: false }).activate(),
      );
      await expect.poll(focused).toBe("ok");
      await open();
      await tab.type(nextNumber());
      await tab.press("Enter");
      await tab.see(`${BUTTON} >>> .sign.placed`);
    });

    it("a dialog that draws the focus back", async () => {
      await visit(
        `<div id="modal" aria-hidden="true" aria-label="News"><button id="ok">OK</button></div>${ELEMENT("floating")}`,
        libraries.a11yDialog,
      );
      await tab.run(() => new A11yDialog(document.querySelector("#modal")!).show());
      await open();
      await tab.type(nextNumber());
      await tab.press("Enter");
      await tab.see(`${BUTTON} >>> .sign.placed`);
    });
  });

  describe("opens a modal, to which the panel gives way:", () => {
    it("a trap that lets no clicks through, which the button does not disturb either", async () => {
      await visit(MODAL + ELEMENT("floating"), libraries.focusTrap);
      await open();
      await tab.run(() => focusTrap.createFocusTrap("#modal", { escapeDeactivates: false }).activate());
      await tab.isGone(part("panel"));
      await tab.click(part("button"));
      await tab.type("ok");
      expect(await isOpen()).toBe(false);
      expect(await focused()).toBe("ok");
      await tab.fill("#mail", "a@shop.example");
    });

    it("its own dialog", async () => {
      await visit(`<dialog id="modal"><input id="mail"></dialog>${ELEMENT("floating")}`);
      await open();
      await tab.run(() => document.querySelector<HTMLDialogElement>("#modal")!.showModal());
      await tab.isGone(part("panel"));
      await tab.type("a@shop.example");
      expect(await tab.run(() => document.querySelector<HTMLInputElement>("#mail")!.value)).toBe(
        "a@shop.example",
      );
    });
  });
});
