import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { type Demo, startDemo } from "@uis-call/demo";
import type { Locator, Page } from "playwright-core";
import { hoursWithoutToday } from "./hours-without-today.js";

/** States of the button that look different to a visitor. */
export const STATES = [
  "idle",
  "form",
  "error",
  "consent",
  "sending",
  "waiting",
  "calling",
  "connected",
  "failed",
  "unknown",
  "offline",
  "unreachable",
  "limit",
  "closed",
  "scheduled",
] as const;
export type State = (typeof STATES)[number];

export const DISPLAYS = ["inline", "popover", "floating"] as const;
export type Display = (typeof DISPLAYS)[number];

/** What a test page contains: the attributes of the button, and the page around it. */
export interface Scene {
  display: Display;
  /** Language of the button. Default: English. For Arabic, the page is laid out from right to left. */
  locale?: string;
  /** Id of the button's tenant. Default: the tenant whose visitors have to give their consent. */
  tenant?: string;
  /** Style sheet of the page. */
  css?: string;
  /** HTML before the element. */
  before?: string;
  /** HTML after the element. */
  after?: string;
  /** HTML inside the element. */
  content?: string;
}

/** The tenant that the button needs to reach a state. Absent if the tenant of the {@link Scene} is used. */
const TENANTS: Partial<Record<State, string>> = { limit: "limited", closed: "closed", scheduled: "closed" };

const OFFICE = "79000000101";
/**
 * How many numbers have been used. Each call gets a new number, because several calls to one number reach a rate limit.
 */
let numbers = 0;
const nextNumber = (): string => `+7 900 000-${String(10 + (++numbers % 90))}-01`;

/**
 * A demo that can bring a page into any state. Use one stage for each page: the simulator keeps the telephone calls of
 * earlier pages, and these would affect the next page.
 */
export class Stage {
  readonly demo: Demo;
  readonly #shop: Shop;

  private constructor(demo: Demo, shop: Shop) {
    this.demo = demo;
    this.#shop = shop;
  }

  static async start(options: Omit<Parameters<typeof startDemo>[0], "port"> = {}): Promise<Stage> {
    const shop = await startShop();
    const demo = await startDemo({
      ...options,
      port: 0,
      origins: [shop.url],
      configure(configuration) {
        const strict = configuration.tenants.find(({ id }) => id === "strict");
        if (strict === undefined) throw new Error("the demo has no tenant strict");
        if (typeof strict.consent?.text === "object")
          strict.consent.text["ar"] = "أوافق على أن يُعاد الاتصال بي";
        const session = [{ most: 1, within: 900 }];
        const limits = { ...NO_LIMITS, session };
        const tenants = [
          ...configuration.tenants,
          { ...strict, id: "limited", limits },
          // Removes the hours at night in which calls are not allowed, because tests may run at night.
          { ...strict, id: "closed", hours: hoursWithoutToday(), quietHours: undefined },
        ];
        return options.configure?.({ ...configuration, tenants }) ?? { ...configuration, tenants };
      },
    });
    return new Stage(demo, shop);
  }

  stop(): Promise<void> {
    this.#shop.stop();
    return this.demo.stop();
  }

  /** Serves a page with one button, at an address that is same-site with the backend. @returns the URL of the page */
  publish(scene: Scene): string {
    this.#shop.html = pageOf(scene, this.demo.endpoint);
    return this.#shop.url;
  }

  /** Opens a page with one button, and brings the button into the given state. @returns the button */
  async show(page: Page, state: State, scene: Scene): Promise<Locator> {
    const url = `${this.demo.url}/stage`;
    const tenant = TENANTS[state] ?? scene.tenant;
    await page.route(url, (route) =>
      route.fulfill({ contentType: "text/html", body: pageOf({ ...scene, ...(tenant && { tenant }) }) }),
    );
    await page.goto(url);
    const element = page.locator("uis-call-button");
    await page.waitForFunction(() => customElements.get("uis-call-button") !== undefined);
    const actor = new Actor(page, element, scene.display, this.demo);
    await actor[state]();
    return element;
  }
}

type Shop = Awaited<ReturnType<typeof startShop>>;

/** Starts a server that responds to every request with the same page. */
async function startShop() {
  const server = createServer((_request, response) => {
    response.setHeader("Content-Type", "text/html").end(shop.html);
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const shop = {
    url: `http://localhost:${(server.address() as AddressInfo).port}`,
    html: "",
    stop() {
      server.close();
      server.closeAllConnections();
    },
  };
  return shop;
}

/**
 * Plays the visitor. For each state of the button, a method with its name does what brings the button into that state.
 */
class Actor {
  readonly #page: Page;
  readonly #element: Locator;
  readonly #display: Display;
  readonly #demo: Demo;

  constructor(page: Page, element: Locator, display: Display, demo: Demo) {
    this.#page = page;
    this.#element = element;
    this.#display = display;
    this.#demo = demo;
  }

  async idle(): Promise<void> {
    await this.#part(this.#display === "inline" ? "panel" : "button").waitFor();
  }

  async form(): Promise<void> {
    await this.#open();
    await this.#part("consent").waitFor();
  }

  async error(): Promise<void> {
    await this.form();
    await this.#part("phone").fill("8 900 000");
    await this.#element.getByRole("checkbox").check();
    await this.#part("submit").click();
    await this.#element.locator("#phone-error:not(:empty)").waitFor();
  }

  async consent(): Promise<void> {
    await this.form();
    await this.#part("phone").fill(nextNumber());
    await this.#part("submit").click();
    await this.#element.locator("#consent-error:not(:empty)").waitFor();
  }

  async sending(): Promise<void> {
    // Leaves the HTTP request without a response, so that the button stays in the state `sending`.
    await this.#page.route(/\/api\/calls\?/, () => new Promise(() => undefined));
    await this.#submit();
    await this.#element.locator("[part~=submit][aria-disabled=true]").waitFor();
  }

  async waiting(): Promise<void> {
    for (const account of this.#demo.uis.accounts) account.limits = { perMinute: 0 };
    await this.#submit();
    await this.#status("waiting");
  }

  async calling(): Promise<void> {
    await this.#submit();
    await this.#status("dialing");
  }

  async connected(): Promise<void> {
    this.#demo.uis.exchange.change({ answersWhen: "accepted" });
    await this.#submit();
    await this.#status("placed");
  }

  async failed(): Promise<void> {
    this.#demo.uis.exchange.change({ people: { [OFFICE]: { busy: true } } });
    await this.#submit();
    await this.#status("failed");
  }

  async unknown(): Promise<void> {
    this.#demo.uis.exchange.change({ answersWhen: "accepted" });
    this.#demo.uis.beforeAnswer = ({ method }, answer) => {
      answer.reset = method === "place_calls";
    };
    await this.#submit();
    await this.#status("unknown");
  }

  async offline(): Promise<void> {
    await this.form();
    await this.#page.context().setOffline(true);
    await this.#error.waitFor();
  }

  async unreachable(): Promise<void> {
    await this.#page.route(/\/api\/session\?/, (route) => route.abort());
    await this.#open();
    await this.#error.waitFor();
  }

  async limit(): Promise<void> {
    await this.connected();
    await this.#part("submit").click();
    await this.#part("phone").fill(nextNumber());
    await this.#part("submit").click();
    await this.#error.waitFor();
  }

  async closed(): Promise<void> {
    await this.form();
    await this.#part("time").waitFor();
  }

  async scheduled(): Promise<void> {
    await this.closed();
    await this.#send();
    await this.#status("scheduled");
  }

  async #open(): Promise<void> {
    await (this.#display === "inline" ? this.#part("phone") : this.#part("button")).click();
    await this.#part("panel").waitFor();
  }

  async #submit(): Promise<void> {
    await this.form();
    await this.#send();
  }

  async #send(): Promise<void> {
    await this.#part("phone").fill(nextNumber());
    await this.#element.getByRole("checkbox").check();
    await this.#part("submit").click();
  }

  #status(status: string): Promise<void> {
    return this.#element.locator(`.sign.${status}`).waitFor();
  }

  get #error(): Locator {
    return this.#element.locator("[part~=panel] > [part~=error]:not(:empty)");
  }

  #part(name: string): Locator {
    return this.#element.locator(`[part~=${name}]`);
  }
}

const NO_LIMITS = {
  number: [],
  office: [],
  distinctNumbers: { session: [], identity: [] },
  addressNumbers: { proof: Infinity, keep: Infinity, refuse: Infinity, within: 3600 },
  address: [],
  session: [],
  identity: [],
  target: [],
  tenant: [],
  concurrency: { target: Infinity, tenant: Infinity },
};

function pageOf(
  { display, locale = "en", tenant = "strict", css = "", ...html }: Scene,
  endpoint = "/api",
): string {
  const link = '<a href="tel:+74990000000">+7 499 000-00-00</a>';
  const { before = "<h1>Coffee Period</h1><p>Beans of the week.</p>", after = "", content = link } = html;
  return `<!doctype html>
<html lang="${locale}" dir="${locale === "ar" ? "rtl" : "ltr"}">
<head>
<meta charset="utf-8"><title>A shop</title><link rel="icon" href="data:,">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<style>body{margin:0;padding:16px;background:Canvas;color:CanvasText;font:16px/1.5 system-ui,sans-serif}${css}</style>
<script type="module" src="${endpoint}/widget.js"></script>
</head>
<body><main>${before}
<uis-call-button tenant="${tenant}" target="sales" display="${display}">${content}</uis-call-button>
${after}</main></body></html>`;
}
