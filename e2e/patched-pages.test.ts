import type { EngineBrowser } from "@uis-call/testing/browsers/engine";
import { ENGINES } from "@uis-call/testing/browsers/engines";
import type { Tab } from "@uis-call/testing/browsers/tab";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { scriptOf } from "./libraries.js";
import { type Pages, startPages } from "./pages.js";

type CallButton = HTMLElement & { open: boolean; phone: string };

/** The globals that the libraries define. */
declare const idiomorph: { Idiomorph: { morph: (old: Element, html: string) => void } };
declare const morphdom: (old: Element, html: string) => void;
declare const Turbo: { visit: (url: string) => void };

const BUTTON = "#list uis-call-button";
const part = (name: string) => `${BUTTON} >>> [part~=${name}]`;
/**
 * The HTML of a page in two versions. The test changes the page from version 1 to version 2, as if a server had
 * rendered it again.
 */
const LIST = (version: number, display = "popover") => `<div id="list">
  <p>Version ${version}</p>${version === 2 ? "<p>One row more</p>" : ""}
  <uis-call-button id="call" tenant="own" target="sales" display="${display}"><a href="tel:+74990000000">+7 499 000-00-00</a></uis-call-button>
  <p id="after">After</p></div>`;

describe.each(ENGINES)("a page that patches its DOM, in $name,", ({ start }) => {
  let browser: EngineBrowser;
  let pages: Pages;
  let libraries: Record<"idiomorph" | "morphdom" | "turbo", string>;
  let tab: Tab;
  beforeAll(async () => {
    pages = await startPages();
    browser = await start();
    libraries = {
      idiomorph: await scriptOf("idiomorph", "idiomorph"),
      morphdom: await scriptOf("morphdom", "morphdom"),
      turbo: await scriptOf("@hotwired/turbo", "Turbo"),
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

  const put = (content: string, head = "") =>
    pages.put({
      html: `${head}<script type="module" src="${pages.endpoint}/widget.js"></script></head><body>${content}</body></html>`,
    });

  async function typeIntoPanel(digits: string): Promise<void> {
    await tab.click(part("button"));
    await tab.see(part("submit"));
    await expect.poll(focused).toBe("phone");
    await tab.type(digits);
  }

  const state = () =>
    tab.run((selector) => {
      const button = document.querySelector<CallButton>(selector);
      const root = button?.shadowRoot;
      const phone = root?.querySelector<HTMLInputElement>("[part~=phone]");
      return {
        open: button?.open,
        shown: root?.querySelector("[part~=panel]")?.matches(":popover-open"),
        number: phone?.value,
        focus: root?.activeElement?.getAttribute("part"),
        attributes: button?.getAttributeNames().sort(),
      };
    }, BUTTON);
  const focused = async () => (await state()).focus;
  const OPEN = {
    open: true,
    shown: true,
    number: "+7 900 000-00-01",
    focus: "phone",
    attributes: ["display", "id", "target", "tenant"],
  };

  /** Ways in which libraries change the page to the second version of its HTML. */
  const PATCHES = {
    idiomorph: () =>
      tab.run((html) => idiomorph.Idiomorph.morph(document.querySelector("#list")!, html), LIST(2)),
    morphdom: () => tab.run((html) => morphdom(document.querySelector("#list")!, html), LIST(2)),
    turbo: () =>
      tab.run((html) => {
        const stream = `<turbo-stream action="replace" method="morph" target="list"><template>${html}</template></turbo-stream>`;
        document.body.insertAdjacentHTML("beforeend", stream);
      }, LIST(2)),
  };

  it.each(["idiomorph", "morphdom", "turbo"] as const)(
    "by %s leaves the panel open, with the number that is half typed, and the focus",
    async (library) => {
      await tab.goto(put(LIST(1), libraries[library]));
      await typeIntoPanel("+7900000");
      await PATCHES[library]();
      await tab.reads("#list", /One row more/);
      await tab.type("0001");
      expect(await state()).toEqual(OPEN);
      await tab.click(part("submit"));
      await tab.see(`${BUTTON} >>> .sign.placed`);
    },
  );

  it("has the state of the button in `:state()` alone", async () => {
    await tab.goto(put(LIST(1, "floating")));
    const states = () =>
      tab.run(
        (selector) =>
          ["open", "inline", "floating"].filter((name) =>
            document.querySelector(selector)?.matches(`:state(${name})`),
          ),
        BUTTON,
      );
    await tab.see(part("button"));
    expect(await states()).toEqual(["floating"]);
    await tab.click(part("button"));
    await tab.see(part("panel"));
    expect(await states()).toEqual(["open", "floating"]);
    expect((await state()).attributes).toEqual(["display", "id", "target", "tenant"]);
    await tab.run(
      (selector) => Object.assign(document.querySelector(selector)!, { display: "inline" }),
      BUTTON,
    );
    await tab.see(part("phone"));
    expect(await states()).toContain("inline");
    expect(await tab.run((one) => getComputedStyle(document.querySelector(one)!).display, BUTTON)).toBe(
      "block",
    );
  });

  it("and keeps pages in a cache shows them with the panel closed", async () => {
    const second = put("<h1>Second page</h1>", libraries.turbo);
    await tab.goto(put(LIST(1), libraries.turbo));
    await typeIntoPanel("+7900");
    await tab.run((url) => Turbo.visit(url), second);
    await tab.reads("h1", /Second page/);
    await tab.run(() => history.back());
    await tab.see(part("button"));
    await tab.isGone("h1");
    await tab.run(() => new Promise((resolve) => setTimeout(resolve, 100)));
    await tab.isGone(part("panel"));
    await tab.click(part("button"));
    await tab.see(part("phone"));
  });

  it("and is left has its panel closed when the browser shows it again", async () => {
    await tab.goto(put(LIST(1)));
    await typeIntoPanel("+7900");
    const left = await tab.run(() => location.href);
    await tab.goto(put("<h1>Second page</h1>"));
    await tab.run(() => void setTimeout(() => history.back()));
    await expect.poll(() => tab.run(() => location.href).catch(() => "")).toBe(left);
    await tab.see(part("button"));
    await tab.isGone(part("panel"));
    await tab.click(part("button"));
    await tab.see(part("phone"));
  });

  it("and copies the button has a closed one without the number", async () => {
    await tab.goto(put(LIST(1)));
    await typeIntoPanel("+79000000001");
    const copy = await tab.run(async (selector) => {
      const copy = document.querySelector(selector)!.cloneNode(true) as CallButton;
      document.body.append(copy);
      await new Promise((resolve) => setTimeout(resolve, 100));
      return { open: copy.open, phone: copy.phone, attributes: copy.getAttributeNames().sort() };
    }, BUTTON);
    expect(copy).toEqual({ open: false, phone: "", attributes: ["display", "id", "target", "tenant"] });
  });

  it.each(["insertBefore", "moveBefore"])("by %s keeps panel, number and focus", async (method) => {
    await tab.goto(put(LIST(1)));
    if (!(await tab.run((name) => name in Element.prototype, method))) return;
    await typeIntoPanel("+7900000");
    for (const digits of ["00", "01"]) {
      await tab.run(
        (selector, name) => {
          const list = document.querySelector("#list")!;
          const button = document.querySelector(selector)!;
          const other =
            button.nextElementSibling?.id === "after" ? list.firstChild : document.querySelector("#after");
          (list as unknown as Record<string, (node: Node, before: Node | null) => void>)[name]?.(
            button,
            other,
          );
        },
        BUTTON,
        method,
      );
      await expect.poll(focused).toBe("phone");
      await tab.type(digits);
    }
    // Firefox closes a popover when it is moved in the document. The element opens it again.
    await expect.poll(state).toEqual(OPEN);
    // Measures how far the panel is from its place below the button. The button may have moved.
    const apart = () =>
      tab.run((selector) => {
        const root = document.querySelector(selector)!.shadowRoot!;
        const [button, panel] = ["button", "panel"].map((name) =>
          root.querySelector(`[part~=${name}]`)!.getBoundingClientRect(),
        );
        return Math.abs(panel!.top - button!.bottom - 8);
      }, BUTTON);
    await expect.poll(apart).toBeLessThan(1.5);
  });

  it("moves an inline form, and the visitor types on", async () => {
    await tab.goto(put(LIST(1, "inline")));
    await tab.click(part("phone"));
    await tab.type("+7900000");
    await tab.run(
      (selector) => document.body.append(document.querySelector(selector)!.parentElement!),
      BUTTON,
    );
    await expect.poll(focused).toBe("phone");
    await tab.type("0001");
    expect((await state()).number).toBe("+7 900 000-00-01");
  });

  it("and puts an open button aside has it closed when it puts it back", async () => {
    await tab.goto(put(LIST(1)));
    await typeIntoPanel("+7900");
    await tab.run(async (selector) => {
      const button = document.querySelector(selector)!;
      button.remove();
      await new Promise((resolve) => setTimeout(resolve, 50));
      document.querySelector("#list")!.append(button);
    }, BUTTON);
    await tab.see(part("button"));
    await tab.isGone(part("panel"));
  });
});
