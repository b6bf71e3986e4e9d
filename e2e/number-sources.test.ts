import { subscribe, unsubscribe } from "node:diagnostics_channel";
import type { ServerResponse } from "node:http";
import { type Demo, startDemo } from "@uis-call/demo";
import type { EngineBrowser } from "@uis-call/testing/browsers/engine";
import { ENGINES } from "@uis-call/testing/browsers/engines";
import type { Tab } from "@uis-call/testing/browsers/tab";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";

const [OPERATOR, BORIS, SUPPLIER, BUYER] = ["79000000505", "79000000612", "79000000404", "79000000001"];

describe.each(ENGINES)("the demo's CRM and marketplace in $name", ({ start }) => {
  let browser: EngineBrowser;
  let demo: Demo;
  let tab: Tab;
  /**
   * Everything that a number could leak into outside the page: the log of the backend, and the headers of all
   * responses, including headers that a page cannot read.
   */
  let told: string;
  beforeAll(async () => {
    browser = await start();
  });
  afterAll(() => browser.close());

  const onAnswer = (message: unknown): void => {
    told += JSON.stringify((message as { response: ServerResponse }).response.getHeaders());
  };
  beforeEach(async () => {
    told = "";
    subscribe("http.server.response.finish", onAnswer);
    demo = await startDemo({ port: 0, log: (line) => (told += line) });
    tab = await browser.open();
    await tab.goto(`${demo.url}?lang=en`);
    await tab.run(keepAnswers);
  });
  afterEach(async () => {
    unsubscribe("http.server.response.finish", onAnswer);
    await tab.close();
    await demo.stop();
  });

  const dialled = () => demo.uis.received("place_calls").map(({ params }) => params);
  const go = (site: string) => tab.click(`a[href="#${site}"]`);
  const hasToken = (site: string) => tab.reads(`[data-site=${site}] code`, /eyJ/);
  const part = (id: string, name: string) => `uis-call-button#${id} >>> [part~=${name}]`;

  const isCalling = (id: string) => tab.see(`uis-call-button#${id} >>> .sign.dialing`);

  async function press(id: string, phone?: string): Promise<void> {
    await tab.click(part(id, "button"));
    if (phone !== undefined) await tab.fill(part(id, "phone"), phone);
    await tab.click(part(id, "submit"));
  }

  async function expectHidden(site: string, numbers: string[]): Promise<void> {
    const everything = told + (await tab.run(contentOf, site));
    expect(everything).toContain("set-cookie");
    expect(everything).toContain('"status"');
    for (const number of numbers) {
      expect(everything).not.toContain(number);
      expect(everything.replaceAll(/[\s()\-+]/g, "")).not.toContain(number);
    }
  }

  it("calls a customer from the CRM: no number is typed, and none is in the page", async () => {
    await go("crm");
    await hasToken("crm");
    await tab.click(part("boris", "button"));
    await tab.see(part("boris", "submit"));
    await tab.isGone(part("boris", "phone"));
    await tab.click(part("boris", "submit"));
    await expect.poll(dialled).toMatchObject([{ numa: BORIS, numc: OPERATOR, first_call: "numc" }]);
    await isCalling("boris");
    await expectHidden("crm", [BORIS, OPERATOR]);
    expect(tab.complaints).toEqual([]);
  });

  it("connects a buyer with a seller whose number is nowhere in the page", async () => {
    await go("market");
    await hasToken("market");
    await press("supplier", "8 (900) 000-00-01");
    await expect.poll(dialled).toMatchObject([
      {
        numa: BUYER,
        numc: SUPPLIER,
        numc_message: { value: expect.stringContaining("Brazil Santos") as string },
      },
    ]);
    await isCalling("supplier");
    await expectHidden("market", [SUPPLIER]);
    expect(tab.complaints).toEqual([]);
  });

  it("goes from site to site, identified in one and anonymous in the next", async () => {
    await press("sales", "8 (900) 000-00-01");
    await isCalling("sales");
    expect(dialled()).toHaveLength(1);
    // Closes the panel, because it stays open during a telephone call and covers the other button.
    await tab.click(part("sales", "close"));
    await go("crm");
    await hasToken("crm");
    await press("boris");
    await isCalling("boris");
    expect(dialled()).toHaveLength(2);
    await go("shop");
    await press("support", "8 (900) 000-00-02");
    await isCalling("support");
    expect(dialled()).toHaveLength(3);
    await go("crm");
    await tab.click(part("boris", "button"));
    // Hangs up first, because the operator's phone rings for one customer at a time.
    const toBoris = demo.uis.exchange.calls.find(({ legs }) =>
      legs.some(({ number }) => number === OPERATOR),
    );
    demo.uis.exchange.hangUp(toBoris?.id ?? "");
    await tab.reads(part("boris", "button"), /^Call$/);
    await press("anna");
    await expect.poll(dialled).toHaveLength(4);
  });
});

/**
 * Records the bodies of all HTTP responses. Runs in the page, because the test cannot record responses in all browsers.
 */
function keepAnswers(): void {
  const page = globalThis as typeof globalThis & { answers: string };
  page.answers = "";
  const { fetch } = page;
  page.fetch = async (...request) => {
    const response = await fetch(...request);
    const copy = response.clone();
    // Records each piece as it arrives, because event streams do not end by themselves.
    const keep = async () => {
      const reader = copy.body?.pipeThrough(new TextDecoderStream()).getReader();
      for (let read = await reader?.read(); read?.done === false; read = await reader?.read())
        page.answers += read.value;
    };
    keep().catch(() => undefined);
    return response;
  };
}

/** Returns the recorded responses and the DOM of a site, including shadow roots. Runs in the page. */
function contentOf(site: string): string {
  const article = document.querySelector(`[data-site=${site}]`);
  const elements = [article, ...(article?.querySelectorAll("uis-call-button") ?? [])];
  const shown = elements.map(
    (element) => (element?.outerHTML ?? "") + (element?.shadowRoot?.innerHTML ?? ""),
  );
  return (globalThis as unknown as { answers: string }).answers + shown.join("\n");
}
