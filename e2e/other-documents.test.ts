import type { EngineBrowser } from "@uis-call/testing/browsers/engine";
import { ENGINES } from "@uis-call/testing/browsers/engines";
import type { Tab } from "@uis-call/testing/browsers/tab";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type Pages, startPages } from "./pages.js";

type CallButton = HTMLElement & {
  updateComplete: Promise<unknown>;
  call: (phone: string) => Promise<void>;
  show: () => void;
};

const BUTTON = "uis-call-button";
const ELEMENT = `<uis-call-button tenant="own" target="sales"><a href="tel:+74990000000">+7 499 000-00-00</a></uis-call-button>`;
const FRAME = `<iframe id="frame" style="position: absolute; left: 200px; top: 100px; width: 600px; height: 600px"></iframe>`;

let numbers = 10;
const nextNumber = () => `+7 900 000-${(numbers += 1)}-02`;

describe.each(ENGINES)("a button in another document, in $name,", ({ start }) => {
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

  const script = () => `<script type="module" src="${pages.endpoint}/widget.js"></script>`;
  const put = (content: string) => pages.put({ html: `${script()}</head><body>${content}</body></html>` });
  const complaints = () => tab.run(() => (globalThis as unknown as { complaints: string[] }).complaints);

  /** Returns computed styles that come from the element's own style sheets. */
  const look = (tab: Tab, frame = "") =>
    tab.run(
      (selector, where) => {
        const document_ = where
          ? document.querySelector<HTMLIFrameElement>(where)!.contentDocument!
          : document;
        const root = document_.querySelector(selector)!.shadowRoot!;
        const button = getComputedStyle(root.querySelector("[part~=button]")!);
        const panel = root.querySelector("[part~=panel]");
        return {
          background: button.backgroundColor,
          radius: button.borderRadius,
          panel: panel && getComputedStyle(panel).width,
        };
      },
      BUTTON,
      frame,
    );

  it("moved to a frame, has its styles there, and places a call", async () => {
    await tab.goto(put(`${ELEMENT}${FRAME}`));
    await tab.see(`${BUTTON} >>> [part~=button]`);
    const { background, radius } = await look(tab);
    await tab.run((selector) => {
      const frame = document.querySelector<HTMLIFrameElement>("#frame")!;
      frame.contentDocument!.body.append(document.querySelector(selector)!);
    }, BUTTON);
    const inFrame = (what: string) => `#frame >>> ${BUTTON} >>> ${what}`;
    await tab.see(inFrame("[part~=button]"));
    expect(await look(tab, "#frame")).toMatchObject({ background, radius });
    await tab.click(inFrame("[part~=button]"));
    await tab.fill(inFrame("[part~=phone]"), "12");
    await tab.press("Enter");
    // When the message is shown, the styles of error messages have been loaded in the frame.
    await tab.reads(inFrame("#phone-error"), /./);
    const place = await tab.run((selector) => {
      const root = document
        .querySelector<HTMLIFrameElement>("#frame")!
        .contentDocument!.querySelector(selector)!.shadowRoot!;
      const [button, panel] = ["button", "panel"].map((name) =>
        root.querySelector(`[part~=${name}]`)!.getBoundingClientRect(),
      );
      return { apart: panel!.top - button!.bottom, width: panel!.width };
    }, BUTTON);
    expect(place.apart).toBeCloseTo(8, 0);
    expect(place.width).toBe(336);
    await tab.press("Escape");
    await tab.isGone(inFrame("[part~=panel]"));
    await tab.click(inFrame("[part~=button]"));
    await tab.fill(inFrame("[part~=phone]"), nextNumber());
    await tab.press("Enter");
    await tab.see(inFrame(".sign.placed"));
    expect(await complaints()).toEqual([]);
  });

  it("moved while it is open, and back again, stays open with number and styles", async () => {
    await tab.goto(put(`${ELEMENT}${FRAME}`));
    await tab.click(`${BUTTON} >>> [part~=button]`);
    await tab.fill(`${BUTTON} >>> [part~=phone]`, "+7900");
    const before = await look(tab);
    await tab.run((selector) => {
      const frame = document.querySelector<HTMLIFrameElement>("#frame")!;
      frame.contentDocument!.body.append(document.querySelector(selector)!);
    }, BUTTON);
    await tab.see(`#frame >>> ${BUTTON} >>> [part~=phone]`);
    expect(await look(tab, "#frame")).toEqual(before);
    await tab.run((selector) => {
      const frame = document.querySelector<HTMLIFrameElement>("#frame")!;
      document.body.append(frame.contentDocument!.querySelector(selector)!);
    }, BUTTON);
    await tab.see(`${BUTTON} >>> [part~=phone]`);
    expect(await look(tab)).toEqual(before);
    await tab.fill(`${BUTTON} >>> [part~=phone]`, nextNumber());
    await tab.press("Enter");
    await tab.see(`${BUTTON} >>> .sign.placed`);
    expect(await complaints()).toEqual([]);
  });

  /** Lets the page open another window at a click and move the button to that window. Then requests a call there. */
  const popOut = async (kind: "window" | "picture-in-picture") => {
    await tab.goto(put(`${ELEMENT}<button id="out">Pop out</button>`));
    await tab.see(`${BUTTON} >>> [part~=button]`);
    const there = await tab.run(
      (name) => name === "window" || "documentPictureInPicture" in globalThis,
      kind,
    );
    if (!there) return undefined;
    const before = await look(tab);
    await tab.run(
      (selector, name) => {
        interface Pictures {
          requestWindow: (options: object) => Promise<Window>;
        }
        document.querySelector("#out")!.addEventListener("click", () => {
          const pictures = (globalThis as unknown as { documentPictureInPicture: Pictures })
            .documentPictureInPicture;
          const opened =
            name === "window"
              ? Promise.resolve(window.open("about:blank", "", "width=500,height=600"))
              : pictures.requestWindow({ width: 500, height: 600 });
          void opened.then((view) => {
            view!.document.body.append(document.querySelector(selector)!);
            Object.assign(globalThis, { view });
          });
        });
      },
      BUTTON,
      kind,
    );
    await tab.click("#out");
    await expect.poll(() => tab.run(() => "view" in globalThis)).toBe(true);
    const after = await tab.run(
      async (selector, number) => {
        const { view } = globalThis as unknown as { view: Window };
        const button = view.document.querySelector<CallButton>(selector)!;
        const root = button.shadowRoot!;
        await button.call(number);
        const deadline = Date.now() + 8000;
        while (!root.querySelector(".sign.placed") && Date.now() < deadline)
          await new Promise((resolve) => setTimeout(resolve, 30));
        // The styles are complete here, because they are loaded together with the script of the panel.
        const { backgroundColor, borderRadius } = view.getComputedStyle(
          root.querySelector("[part~=button]")!,
        );
        const panel = root.querySelector("[part~=panel]")!;
        return {
          look: { background: backgroundColor, radius: borderRadius },
          placed: root.querySelector(".sign.placed") !== null,
          topLayer: panel.matches(":popover-open"),
          // The panel is 336 pixels wide. In a narrow window it is as wide as the window, less a margin of 16 pixels.
          width: parseFloat(view.getComputedStyle(panel).width) - Math.min(336, view.innerWidth - 16),
        };
      },
      BUTTON,
      nextNumber(),
    );
    return { before, after };
  };

  it.each(["window", "picture-in-picture"] as const)(
    "moved to a pop-out (%s), has its styles there, and places a call",
    async (kind) => {
      const result = await popOut(kind);
      // The result is undefined in browsers without Document Picture-in-Picture. Only Chromium has it.
      if (result === undefined) return;
      const { before, after } = result;
      expect(after).toEqual({
        look: { background: before.background, radius: before.radius },
        placed: true,
        topLayer: true,
        width: 0,
      });
      expect(await complaints()).toEqual([]);
    },
  );

  it.each(["popover", "inline"])(
    "in a sandboxed frame that may submit no form, places a call by click and by Enter (%s)",
    async (display) => {
      const inner = put(ELEMENT.replace("target=", `display="${display}" target=`));
      await tab.goto(
        put(FRAME.replace("<iframe", `<iframe sandbox="allow-scripts allow-same-origin" src="${inner}"`)),
      );
      const inFrame = (what: string) => `#frame >>> ${BUTTON} >>> ${what}`;
      if (display === "popover") await tab.click(inFrame("[part~=button]"));
      await tab.fill(inFrame("[part~=phone]"), nextNumber());
      await tab.click(inFrame("form [part~=submit]"));
      await tab.see(inFrame(".sign.placed"));
      await tab.click(inFrame("[part~=panel] > [part~=submit]"));
      await tab.fill(inFrame("[part~=phone]"), nextNumber());
      await tab.press("Enter");
      await tab.see(inFrame(".sign.placed"));
      expect(pages.backend.uis.received("place_calls").length).toBeGreaterThanOrEqual(2);
    },
  );
});
