import { type Demo, startDemo } from "@uis-call/demo";
import type { EngineBrowser } from "@uis-call/testing/browsers/engine";
import { ENGINES } from "@uis-call/testing/browsers/engines";
import type { Tab } from "@uis-call/testing/browsers/tab";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";

const ROWS = 50;

/** The data of the element's events that the script of a CRM receives. `kept` is the reference of the call. */
type ButtonEvents = [type: string, callTarget: string, reference: string, kept: string | null][];

describe.each(ENGINES)("calls about one thing each in $name", ({ start }) => {
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

  const part = (id: string, name: string) => `uis-call-button#${id} >>> [part~=${name}]`;
  const dialled = () => demo.uis.received("place_calls").map(({ params }) => params);
  const isCalling = (id: string) => tab.reads(part(id, "button"), /^Calling…$/);

  /** Loads a site of the demo again. The elements are created anew, but the session storage of the page is kept. */
  async function load(site: string): Promise<void> {
    await tab.goto("about:blank");
    await tab.goto(`${demo.url}?lang=en#${site}`);
    await tab.run(listen);
    await tab.reads(`[data-site=${site}] code`, /eyJ/);
  }

  async function open(id: string): Promise<void> {
    await tab.click(part(id, "button"));
    await tab.see(part(id, "submit"));
  }

  /** Checks that the button shows its form and no status of a call. */
  async function expectForm(id: string, label: RegExp): Promise<void> {
    await open(id);
    await tab.isGone(`uis-call-button#${id} >>> .sign`);
    await tab.press("Escape");
    await tab.reads(part(id, "button"), label);
  }

  const told = () => tab.run(() => (globalThis as unknown as { told: ButtonEvents }).told);

  it("are shown on their customer's row of the CRM alone, before and after a reload", async () => {
    await load("crm");
    await open("anna");
    await tab.click(part("anna", "submit"));
    await isCalling("anna");
    await tab.click(part("anna", "close"));
    for (const id of ["boris", "vera"]) await expectForm(id, /^Call$/);
    await load("crm");
    await isCalling("anna");
    for (const id of ["boris", "vera"]) await expectForm(id, /^Call$/);
    expect(dialled()).toMatchObject([{ numa: "79000000611" }]);
    expect(tab.complaints).toEqual([]);
  });

  it("are shown on their lot of the marketplace alone, before and after a reload", async () => {
    await load("market");
    await open("supplier");
    await tab.fill(part("supplier", "phone"), "8 (900) 000-00-01");
    await tab.click(part("supplier", "submit"));
    await isCalling("supplier");
    await tab.click(part("supplier", "close"));
    await expectForm("importer", /^Call the seller$/);
    await load("market");
    await isCalling("supplier");
    await expectForm("importer", /^Call the seller$/);
    expect(dialled()).toHaveLength(1);
    expect(tab.complaints).toEqual([]);
  });

  it("are told to the page by their reference", async () => {
    await load("crm");
    await open("anna");
    await tab.click(part("anna", "submit"));
    await isCalling("anna");
    await tab.click(part("anna", "close"));
    await expectForm("boris", /^Call$/);
    const [anna, boris] = ["order-1041", "order-1038"];
    const heard = (await told()).filter(([type]) => type !== "uis-call-status");
    expect(heard).toEqual([
      ["uis-call-open", "customer", anna, null],
      ["uis-call-submit", "customer", anna, null],
      ["uis-call-open", "customer", boris, null],
    ]);
    await load("crm");
    await isCalling("anna");
    await expect.poll(told).toEqual([["uis-call-status", "customer", anna, anna]]);
  });

  it(
    `stay on one of ${ROWS} rows while all others are opened, one after another`,
    { timeout: 180_000 },
    async () => {
      const id = (row: number) => `row-${row}`;
      await load("crm");
      await tab.run(fillRows, ROWS);
      await open(id(20));
      await tab.click(part(id(20), "submit"));
      await isCalling(id(20));
      await tab.click(part(id(20), "close"));
      for (let row = 0; row < ROWS; row += 1) if (row !== 20) await expectForm(id(row), /^Call$/);
      const opened = (await told())
        .filter(([type]) => type === "uis-call-open")
        .map(([, , reference]) => reference);
      expect(new Set(opened).size).toBe(ROWS);
      const tellers = (await told()).filter(([type]) => type === "uis-call-status");
      expect(new Set(tellers.map(([, , reference]) => reference))).toEqual(new Set(["deal-20"]));
      await load("crm");
      await tab.run(fillRows, ROWS);
      await isCalling(id(20));
      const labels = () => tab.run(labelsOfRows);
      expect((await labels()).filter((label) => label !== "Call")).toEqual(["Calling…"]);
      // Opens buttons in other rows. In an earlier version, they then also showed the call of row 20.
      for (const row of [0, 19, 21, 49]) await expectForm(id(row), /^Call$/);
      expect(dialled()).toHaveLength(1);
    },
  );

  it("are asked for beside their button, within its list, and in a small window at its lower edge", async () => {
    await load("crm");
    for (const id of ["anna", "vera"]) {
      await open(id);
      const { panel, button, list } = await tab.run(placesOf, id);
      expect(Math.abs(panel.right - button.right)).toBeLessThan(1.5);
      expect(panel.left).toBeGreaterThanOrEqual(list.left);
      const [below, above] = [panel.top - button.bottom, button.top - panel.bottom];
      expect(Math.abs(Math.max(below, above) - 8)).toBeLessThan(1.5);
      await tab.press("Escape");
    }
    await tab.resize(400, 700);
    await open("boris");
    const { panel, view } = await tab.run(placesOf, "boris");
    expect(panel.left).toBeGreaterThanOrEqual(0);
    expect(panel.right).toBeLessThanOrEqual(view.right);
    expect(Math.abs(view.bottom - panel.bottom - 8)).toBeLessThan(1.5);
  });
});

/** Records the events of the buttons, as docs/analytics.md shows. Runs in the page. */
function listen(): void {
  const page = globalThis as unknown as { told: ButtonEvents };
  page.told = [];
  for (const name of ["open", "submit", "status", "error"])
    document.addEventListener(`uis-call-${name}`, (event) => {
      const { type, callTarget, reference, call } = event as Event & {
        callTarget: string;
        reference: string;
        call?: { reference: string };
      };
      page.told.push([type, callTarget, reference, call?.reference ?? null]);
    });
}

/** Replaces the three customers in the CRM's list with `rows` other customers. Runs in the page. */
async function fillRows(rows: number): Promise<void> {
  const [list, anna] = [document.querySelector(".crm ul"), document.querySelector("#anna")];
  const customers = (await (await fetch("tokens/customers")).json()) as Record<string, string>;
  const sealed = Object.values(customers);
  const { identity } = anna as unknown as { identity: () => Promise<string> };
  const items = Array.from({ length: rows }, (_, row) => {
    const item = document.createElement("li");
    const name = document.createElement("p");
    name.textContent = `Customer ${row}`;
    const button = document.createElement("uis-call-button");
    button.id = `row-${row}`;
    const attributes = { tenant: "demo", target: "customer", label: "Call", reference: `deal-${row}` };
    for (const [attribute, value] of Object.entries(attributes)) button.setAttribute(attribute, value);
    Object.assign(button, { identity, sealedNumber: sealed[row % sealed.length] });
    item.append(name, button);
    return item;
  });
  list?.replaceChildren(...items);
}

function labelsOfRows(): string[] {
  const buttons = document.querySelectorAll(".crm uis-call-button");
  return [...buttons].map(({ shadowRoot }) => shadowRoot?.querySelector("button")?.textContent.trim() ?? "");
}

function placesOf(id: string) {
  const host = document.querySelector(`uis-call-button#${id}`);
  const boxOf = (element: Element | null | undefined) => {
    const { left, right, top, bottom } = element!.getBoundingClientRect();
    return { left, right, top, bottom };
  };
  return {
    panel: boxOf(host?.shadowRoot?.querySelector("[part=panel]")),
    button: boxOf(host?.shadowRoot?.querySelector("[part=button]")),
    list: boxOf(host?.closest("ul")),
    view: { right: innerWidth, bottom: innerHeight },
  };
}
