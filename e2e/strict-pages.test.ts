import type { EngineBrowser } from "@uis-call/testing/browsers/engine";
import { ENGINES } from "@uis-call/testing/browsers/engines";
import type { Tab } from "@uis-call/testing/browsers/tab";
import type { UisCallButton } from "@uis-call/widget";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type Page, type Pages, startPages } from "./pages.js";

const BUTTON =
  '<uis-call-button tenant="own" target="sales"><a href="tel:+74990000000">+7 499 000-00-00</a></uis-call-button>';
let last = 0;
const nextNumber = (): string =>
  `8 900 000-${String(10 + Math.floor(++last / 90))}-${String(10 + (last % 90))}`;

describe.each(ENGINES)("a page with rules of its own, in $name", ({ start }) => {
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

  const visit = (page: Page, site?: "same" | "other") => tab.goto(pages.put(page, site));
  const calls = () => pages.backend.uis.received("place_calls").length;

  async function placesOneCall(button = "uis-call-button"): Promise<void> {
    const before = calls();
    await tab.click(`${button} >>> [part~=button]`);
    await tab.fill(`${button} >>> [part~=phone]`, nextNumber());
    await tab.click(`${button} >>> form [part~=submit]`);
    await tab.reads(`${button} >>> [role=status]`, /You are connected/);
    expect(calls()).toBe(before + 1);
  }

  /** Checks that the page has reported no errors, warnings, policy violations or exceptions. */
  async function nothingIsWrong(): Promise<void> {
    const heard = await tab.run(() => (globalThis as unknown as { complaints: string[] }).complaints);
    expect([...heard, ...tab.complaints]).toEqual([]);
  }

  /** Returns the Content-Security-Policy that docs/embedding.md recommends, with the given sources for scripts. */
  const policy = (script: string): Record<string, string> => ({
    "Content-Security-Policy": [
      "default-src 'none'",
      `script-src ${script}`,
      `connect-src ${pages.origin}`,
      "img-src data:",
      "base-uri 'none'",
      "form-action 'none'",
      "require-trusted-types-for 'script'",
      "trusted-types lit-html",
    ].join("; "),
  });
  const tag = (attributes: string, file = "widget.js") =>
    `<script type="module" src="${pages.endpoint}/${file}" ${attributes}></script>`;
  const manifest = async () =>
    (await (await fetch(`${pages.endpoint}/widget.json`)).json()) as {
      script: string;
      integrity: Record<string, string>;
    };

  describe("under a strict Content-Security-Policy with Trusted Types, which allows the script", () => {
    it("by its address", async () => {
      const headers = policy(`'nonce-${pages.nonce}' ${pages.endpoint}/`);
      await visit({ headers, html: tag("") + BUTTON });
      await placesOneCall();
      await nothingIsWrong();
    });

    it("by a nonce", async () => {
      const headers = policy(`'nonce-${pages.nonce}'`);
      await visit({ headers, html: tag(`nonce="${pages.nonce}"`) + BUTTON });
      await placesOneCall();
      await nothingIsWrong();
    });

    it("by a nonce, with strict-dynamic", async () => {
      const headers = policy(`'nonce-${pages.nonce}' 'strict-dynamic'`);
      await visit({ headers, html: tag(`nonce="${pages.nonce}"`) + BUTTON });
      await placesOneCall();
      await nothingIsWrong();
    });

    it("by the hashes of its files, each held against its integrity", async () => {
      const { script, integrity } = await manifest();
      const hashes = Object.values(integrity).map((hash) => `'${hash}'`);
      const files = Object.entries(integrity).map(([name, hash]) => [`${pages.endpoint}/${name}`, hash]);
      const map = JSON.stringify({ integrity: Object.fromEntries(files) as Record<string, string> });
      const html = `<script type="importmap" nonce="${pages.nonce}">${map}</script>
        ${tag(`integrity="${integrity[script] ?? ""}" crossorigin`, script)}${BUTTON}`;
      await visit({ headers: policy(`'nonce-${pages.nonce}' ${hashes.join(" ")}`), html });
      await placesOneCall();
      await nothingIsWrong();
    });
  });

  it.each(["same", "other"] as const)("isolated by COEP, of the %s site, places a call", async (site) => {
    const headers = {
      "Cross-Origin-Embedder-Policy": "require-corp",
      "Cross-Origin-Opener-Policy": "same-origin",
    };
    await visit({ headers, html: tag("") + BUTTON }, site);
    expect(await tab.run(() => crossOriginIsolated)).toBe(true);
    await placesOneCall();
    await nothingIsWrong();
  });

  it("that loads the script twice, by two names and once more in the end, places one call", async () => {
    const { script } = await manifest();
    await visit({ html: tag("") + tag("defer", script) + BUTTON + tag("async", "widget.js?again") });
    await placesOneCall();
    await nothingIsWrong();
  });

  it("that names the script with a query, as site builders do, places a call", async () => {
    await visit({ html: tag("", "widget.js?ver=6.5") + BUTTON });
    await placesOneCall();
    await nothingIsWrong();
  });

  it("in a browser too old to share style sheets keeps its own content", async () => {
    const older = `<script nonce="${pages.nonce}">delete CSSStyleSheet.prototype.replace</script>`;
    await visit({ html: older + tag("") + BUTTON });
    await tab.run(async () => {
      await customElements.whenDefined("uis-call-button");
      await document.querySelector<UisCallButton>("uis-call-button")!.updateComplete;
    });
    expect(await tab.text("uis-call-button a")).toBe("+7 499 000-00-00");
    await tab.isGone("uis-call-button >>> [part~=button]");
    await nothingIsWrong();
  });

  it("that loses its connection says so, and goes on when it is back", async () => {
    await visit({ html: tag("") + BUTTON });
    await tab.click("uis-call-button >>> [part~=button]");
    await tab.fill("uis-call-button >>> [part~=phone]", nextNumber());
    const goes = (way: "offline" | "online") =>
      tab.run((event) => {
        Object.defineProperty(navigator, "onLine", { value: event === "online", configurable: true });
        dispatchEvent(new Event(event));
      }, way);
    await goes("offline");
    await tab.reads("uis-call-button >>> [part~=panel] > [part~=error]", /You.re offline/);
    await goes("online");
    await tab.click("uis-call-button >>> form [part~=submit]");
    await tab.reads("uis-call-button >>> [role=status]", /You are connected/);
    await nothingIsWrong();
  });

  it("that has the button in its form is not sent by it, by neither click nor Enter", async () => {
    await visit({
      html: `${tag("")}<form onsubmit="sent = true; return false"><label>Name <input name="name"></label>${BUTTON}
        <button id="own">Send</button></form>`,
    });
    await placesOneCall();
    await tab.click("uis-call-button >>> [part~=panel] > [part~=submit]");
    await tab.fill("uis-call-button >>> [part~=phone]", nextNumber());
    await tab.press("Enter");
    await tab.reads("uis-call-button >>> [role=status]", /You are connected/);
    const sent = () => tab.run(() => "sent" in globalThis);
    expect(await sent()).toBe(false);
    await tab.click("uis-call-button >>> [part~=close]");
    await tab.click("#own");
    expect(await sent()).toBe(true);
    await nothingIsWrong();
  });

  it("that has the button in a shadow root of its own places a call", async () => {
    await visit({
      html: `${tag("")}<my-shop><template shadowrootmode="open"><p>Beans</p>${BUTTON}</template></my-shop>`,
    });
    await placesOneCall("my-shop >>> uis-call-button");
    await nothingIsWrong();
  });

  it("that has a closed shadow root places a call", async () => {
    await visit({ html: `${tag("")}<div id="shop"></div>` });
    await tab.run((button) => {
      const shop = document.querySelector("#shop");
      const root = shop?.attachShadow({ mode: "closed" });
      if (root) root.innerHTML = button;
      // Makes the closed shadow root visible to this test through `shadowRoot`. For events, the shadow root is still
      // closed.
      Object.defineProperty(shop, "shadowRoot", { value: root });
    }, BUTTON);
    await placesOneCall("#shop >>> uis-call-button");
    await nothingIsWrong();
  });

  it("that has several buttons places a call by each", async () => {
    const buttons = ["one", "two", "three"].map((id) => BUTTON.replace("tenant", `id="${id}" tenant`));
    await visit({ html: tag("") + buttons.join("<p>and</p>") });
    for (const id of ["one", "three"]) {
      await placesOneCall(`#${id}`);
      await tab.click(`#${id} >>> [part~=close]`);
    }
    await nothingIsWrong();
  });

  it("that adds, moves and takes away buttons whenever it likes has one that works", async () => {
    await visit({ html: `${tag("")}<div id="here"></div><div id="there"></div>` });
    await tab.run(async () => {
      const here = document.querySelector("#here");
      const there = document.querySelector("#there");
      const add = () => {
        const button = document.createElement("uis-call-button");
        button.setAttribute("tenant", "own");
        button.setAttribute("target", "sales");
        here?.append(button);
        return button as HTMLElement & { show: () => void };
      };
      await customElements.whenDefined("uis-call-button");
      add().remove();
      const shown = add();
      shown.show();
      shown.remove();
      await new Promise((resolve) => setTimeout(resolve, 100));
      const moved = add();
      moved.show();
      await new Promise((resolve) => setTimeout(resolve, 100));
      there?.append(moved);
    });
    await tab.fill("#there > uis-call-button >>> [part~=phone]", nextNumber());
    await tab.click("#there > uis-call-button >>> form [part~=submit]");
    await tab.reads("#there > uis-call-button >>> [role=status]", /You are connected/);
    await nothingIsWrong();
  });
});
