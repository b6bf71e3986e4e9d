import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createIdentityToken } from "@uis-call/bff/tokens";
import { type Demo, startDemo } from "@uis-call/demo";
import type { EngineBrowser } from "@uis-call/testing/browsers/engine";
import { ENGINES } from "@uis-call/testing/browsers/engines";
import { launchBrowser, launchProfile } from "@uis-call/testing/browsers/playwright";
import type { Tab } from "@uis-call/testing/browsers/tab";
import type { Frame } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, onTestFinished } from "vitest";
import { ENDPOINT, type Hosts, PASSWORD, startHosts } from "./hosts.js";

// Runs in Chromium only, because only Chromium has command-line flags for host names and certificates.
describe("a page whose cookies do not come back", () => {
  let hosts: Hosts;
  beforeAll(async () => {
    hosts = await startHosts();
  });
  afterAll(() => hosts.stop());

  /**
   * Requests a call with the shipped button. @returns for each request to the backend, its path, its result and its
   * cookie
   */
  async function callFrom(frame: Frame, phone: string, token = "") {
    const earlier = hosts.answered.length;
    await frame.addScriptTag({ type: "module", url: `${ENDPOINT}/widget.js` });
    await frame.evaluate((token) => {
      document.body.innerHTML = `<uis-call-button tenant="shop" target="sales" locale="en" token="${token}"></uis-call-button>`;
    }, token);
    const button = frame.locator("uis-call-button");
    await button.getByRole("button").first().click();
    await button.getByRole("textbox").pressSequentially(phone);
    await button.locator("form [part~=submit]").click();
    await button.getByText("You are connected").waitFor();
    expect(hosts.uis.received("place_calls").at(-1)?.params).toMatchObject({ numa: `7${phone}` });
    return hosts.answered
      .slice(earlier)
      .filter(({ path, method }) => method === "POST" && /session|calls/.test(path))
      .map(({ path, status, cookie }) => [path, status < 300 ? "taken" : status, cookie]);
  }

  /**
   * Requests of a page whose cookies are lost: the first session is opened with a cookie, so the request for a call is
   * refused. The element then opens a second session, which it keeps with a token.
   */
  const BY_TOKEN = [
    ["/api/session", "taken", undefined],
    ["/api/calls", 401, undefined],
    ["/api/session", "taken", undefined],
    ["/api/calls", "taken", undefined],
  ];
  /**
   * Requests of such a page with an identity token. An identity token can open only one session, so the element keeps
   * the first session with a token.
   */
  const AT_ONCE = BY_TOKEN.slice(2);
  const identity = () => createIdentityToken({ tenant: "shop", sub: "anna" }, PASSWORD);

  it.each(["https://shop.test/", "https://calls.shop.test/"])(
    "since the browser blocks them all, places a call: %s",
    async (url) => {
      const folder = mkdtempSync(join(tmpdir(), "uis-call-profile-"));
      mkdirSync(join(folder, "Default"));
      const profile = { default_content_setting_values: { cookies: 2 } };
      writeFileSync(join(folder, "Default", "Preferences"), JSON.stringify({ profile }));
      const context = await launchProfile(folder, hosts.flags);
      onTestFinished(async () => {
        await context.close();
        rmSync(folder, { recursive: true, maxRetries: 3 });
      });
      const page = await context.newPage();
      await page.goto(url);
      const cookie = await page.evaluate(() => {
        document.cookie = "probe=1";
        return document.cookie;
      });
      expect(cookie).toBe("");
      expect(await callFrom(page.mainFrame(), url.includes("calls") ? "9000000911" : "9000000912")).toEqual(
        BY_TOKEN,
      );
      await page.goto(url);
      const again = await callFrom(page.mainFrame(), "9000000915", await identity());
      expect(again).toEqual(AT_ONCE);
    },
  );

  it.each(["https://shop.test/", "https://calls.shop.test/"])(
    "since it lies in a frame of another site, places a call: %s",
    async (url) => {
      const browser = await launchBrowser(hosts.flags);
      onTestFinished(() => browser.close());
      const page = await browser.newPage();
      await page.goto("https://foreign.test/");
      await page.evaluate((src) => {
        document.body.innerHTML = `<iframe src="${src}" width="600" height="600"></iframe>`;
      }, url);
      await expect.poll(() => page.frames().map((frame) => frame.url())).toContain(url);
      const frame = page.frame({ url });
      if (frame === null) throw new Error("there is no frame");
      await frame.waitForLoadState();
      expect(await callFrom(frame, url.includes("calls") ? "9000000913" : "9000000914")).toEqual(BY_TOKEN);
      await frame.goto(url);
      expect(await callFrom(frame, "9000000916", await identity())).toEqual(AT_ONCE);
    },
  );
});

describe.each(ENGINES)("the sessions of a browser in $name", ({ start }) => {
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
      configure(configuration) {
        const [first] = configuration.tenants;
        return { ...configuration, tenants: [...configuration.tenants, { ...first!, id: "other" }] };
      },
    });
    tab = await browser.open();
  });
  afterEach(async () => {
    await tab.close();
    await demo.stop();
  });

  /** Opens a page of the demo and replaces its content with the given HTML. */
  async function show(html: string): Promise<void> {
    await tab.goto(`${demo.url}/privacy.html`);
    await tab.run(async (html: string) => {
      document.body.innerHTML = html;
      const script = document.createElement("script");
      Object.assign(script, { type: "module", src: "/api/widget.js" });
      document.head.append(script);
      await customElements.whenDefined("uis-call-button");
    }, html);
  }
  const part = (name: string) => `uis-call-button >>> [part~=${name}]`;

  it("are one for each tenant: each page, loaded again, shows its own call", async () => {
    const pageOf = (tenant: string) =>
      show(`<uis-call-button tenant="${tenant}" target="sales" locale="en"></uis-call-button>`);
    for (const [tenant, phone] of [
      ["demo", "+79000000921"],
      ["other", "+79000000922"],
    ] as const) {
      await pageOf(tenant);
      await tab.click(part("button"));
      await tab.fill(part("phone"), phone);
      await tab.click(`uis-call-button >>> form [part~=submit]`);
      await tab.reads(part("status"), /We are calling/);
    }
    for (const tenant of ["demo", "other"]) {
      await pageOf(tenant);
      await tab.reads(part("button"), /Calling/);
    }
    const [first] = demo.uis.exchange.calls;
    const [leg] = first?.legs.filter(({ state }) => state === "ringing") ?? [];
    demo.uis.exchange.decline(first?.id ?? "", leg?.id ?? "");
    // The end of the first page's call must not affect the call of the second page.
    await tab.reads(part("button"), /Calling/);
    await pageOf("demo");
    await tab.reads(part("button"), /Call me back/);
    await pageOf("other");
    await tab.reads(part("button"), /Calling/);
  });

  it("are one for all fifty rows of a list, with one identity token", async () => {
    const rows = Array.from(
      { length: 50 },
      (_, row) =>
        `<p>Customer ${String(row)} <uis-call-button tenant="demo" target="customer" locale="en" reference="c${String(row)}"></uis-call-button></p>`,
    );
    await show(rows.join(""));
    const last = `uis-call-button[reference=c49]`;
    await tab.run(async () => {
      const read = async (path: string) => (await fetch(path)).json() as Promise<Record<string, string>>;
      const elements = document.querySelectorAll("uis-call-button");
      for (const element of elements)
        Object.assign(element, {
          // Each button gets functions of its own, because a framework creates a function for each row and at each
          // render.
          identity: async () => (await read("/tokens/operator"))["token"],
          sealedNumber: async () => (await read("/tokens/customers"))["anna"],
        });
      for (const element of elements as NodeListOf<
        HTMLElement & { show(): void; hide(): void; identity: unknown }
      >) {
        element.show();
        while (!element.shadowRoot?.querySelector("h2")?.textContent.includes("Customer"))
          await new Promise((resolve) => setTimeout(resolve, 10));
        element.hide();
        element.identity = async () => (await read("/tokens/operator"))["token"];
      }
    });
    await tab.click(`${last} >>> [part~=button]`);
    await tab.click(`${last} >>> [part~=submit]`);
    await tab.reads(`${last} >>> [part~=status]`, /We are calling/);
    const asked = await tab.run(() =>
      performance.getEntriesByType("resource").map(({ name }) => new URL(name).pathname),
    );
    const times = (path: string) => asked.filter((one) => one === path).length;
    expect([times("/api/session"), times("/tokens/operator"), times("/tokens/customers")]).toEqual([1, 1, 1]);
    expect(demo.uis.received("place_calls").map(({ params }) => params)).toMatchObject([
      { numa: "79000000611", numc: "79000000505" },
    ]);
  });
});
