import type { Call } from "@uis-call/shared";
import { UisCallButton } from "./define.js";

const meta = (name: string): string =>
  document.querySelector<HTMLMetaElement>(`meta[name=${name}]`)?.content ?? "";

/** Address of the demo the test runner has started: simulator and backend. */
export const demoUrl = meta("demo");

/** A demo that is another site's: `127.0.0.1`, while the tests' page is at `localhost`. */
export const foreignUrl = meta("foreign");

/** What the page's own backend makes: an identity token, or a sealed number, of the tenant `market`. */
export const tokenOf = async (kind: "identity" | "sealed", inside: Record<string, string>): Promise<string> =>
  (await fetch(`/${kind}?${new URLSearchParams(inside).toString()}`)).text();

/** Drives one `<uis-call-button>` as a visitor would, so that no test knows its shadow DOM. */
export class CallButtonHarness {
  readonly element: UisCallButton;
  readonly calls: Call[] = [];
  readonly errors: string[] = [];

  private constructor(element: UisCallButton) {
    this.element = element;
    element.addEventListener("uis-call-status", (event) => this.calls.push(event.call));
    element.addEventListener("uis-call-error", (event) => this.errors.push(event.code));
  }

  /** Puts a button on the page. */
  static async create(properties: Partial<UisCallButton> = {}, content = ""): Promise<CallButtonHarness> {
    const element = new UisCallButton();
    // The tests click by script.
    const named = { endpoint: `${demoUrl}/api`, tenant: "demo", target: "sales", programmatic: true };
    Object.assign(element, { ...named, ...properties });
    element.innerHTML = content;
    const harness = new CallButtonHarness(element);
    document.body.append(element);
    await element.updateComplete;
    // Its texts are a file of their own, there in a moment.
    if (element.display === "inline") await until(() => harness.has("[part~=panel]"));
    return harness;
  }

  get button(): HTMLButtonElement {
    return this.#get("[part~=button]", HTMLButtonElement);
  }

  get panel(): HTMLElement {
    return this.#get("[part~=panel]", HTMLElement);
  }

  get phone(): HTMLInputElement {
    return this.#get("[part~=phone]", HTMLInputElement);
  }

  get consent(): HTMLInputElement {
    return this.#get("[part~=consent] input", HTMLInputElement);
  }

  /** The choice of a day and a time, while the target is closed. */
  get day(): HTMLSelectElement {
    return this.#get("[part~=day]", HTMLSelectElement);
  }

  get time(): HTMLSelectElement {
    return this.#get("[part~=time]", HTMLSelectElement);
  }

  /** What is said of the target's hours. */
  get closed(): string {
    return this.#text("[part~=closed]");
  }

  get submitButton(): HTMLButtonElement {
    return this.#get("form [part~=submit]", HTMLButtonElement);
  }

  get again(): HTMLButtonElement {
    return this.#get("[part~=panel] > [part~=submit]", HTMLButtonElement);
  }

  get cancel(): HTMLButtonElement {
    return this.#get("[part~=cancel]", HTMLButtonElement);
  }

  /** What the live region says. */
  get status(): string {
    return this.#text("[role=status]");
  }

  /** What the alerts say. */
  get error(): string {
    return this.#texts("[role=alert]").join("");
  }

  /** The element inside that has the focus. */
  get focused(): Element | null {
    return this.element.shadowRoot?.activeElement ?? null;
  }

  /** Whether the page's own content is to be seen. */
  get showsFallback(): boolean {
    return this.element.shadowRoot?.querySelector("slot:not([name])") != null;
  }

  has(selector: string): boolean {
    return this.element.shadowRoot?.querySelector(selector) != null;
  }

  /** Opens the panel and waits for the session. */
  async open(): Promise<void> {
    this.button.click();
    await this.ready();
  }

  /** Waits for the session that opening the panel, or touching the form, begins with. */
  async ready(): Promise<void> {
    await until(() => (this.element as unknown as { state: { phase: string } }).state.phase === "form");
    await this.element.updateComplete;
  }

  type(phone: string): void {
    this.phone.value = phone;
    this.phone.dispatchEvent(new Event("input", { bubbles: true }));
  }

  submit(): void {
    this.submitButton.click();
  }

  /** The page is left: what it has stored stays. */
  leave(): void {
    this.element.remove();
  }

  /** The tab is closed. */
  remove(): void {
    this.leave();
    sessionStorage.clear();
  }

  #get<E extends HTMLElement>(selector: string, type: new () => E): E {
    const found = this.element.shadowRoot?.querySelector(selector);
    if (found instanceof type) return found;
    throw new Error(`the element shows no ${selector}`);
  }

  #texts(selector: string): string[] {
    const found = this.element.shadowRoot?.querySelectorAll(selector) ?? [];
    return [...found].map((element) => element.textContent.replaceAll(/\s+/g, " ").trim());
  }

  #text(selector: string): string {
    return this.#texts(selector).join("");
  }
}

/** Waits for a condition that the page brings about by itself. */
export async function until(condition: () => boolean | Promise<boolean>, within = 5000): Promise<void> {
  const deadline = performance.now() + within;
  while (!(await condition())) {
    if (performance.now() > deadline) throw new Error(`never came true: ${condition.toString()}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

/** What is to become of requests between page and backend. */
const disturbances: ((request: Request) => Promise<Response> | undefined)[] = [];
const { fetch } = globalThis;
globalThis.fetch = (input, init) => {
  const request = new Request(input, init);
  for (const [n, disturb] of disturbances.entries()) {
    const answer = disturb(request);
    if (answer === undefined) continue;
    disturbances.splice(n, 1);
    return answer;
  }
  return fetch(input, init);
};

/** Has the next of such requests answered by somebody between page and backend, or by nobody. @returns whether it was */
export function disturb(
  method: string,
  path: RegExp,
  answer: () => Response | Promise<Response>,
): () => boolean {
  let disturbed = false;
  disturbances.push((request) => {
    if (request.method !== method || !path.test(new URL(request.url).pathname)) return undefined;
    disturbed = true;
    return Promise.resolve(answer());
  });
  return () => disturbed;
}

/** As the network answers: not at all. */
export const noAnswer = (): Promise<Response> => Promise.reject(new TypeError("Failed to fetch"));

/** As the backend refuses. */
export const refusal = (status: number, code: string, at?: string) => (): Response =>
  Response.json({ code, at }, { status, headers: { "Content-Type": "application/problem+json" } });

/** Everything the page has stored. */
export const stored = (): string =>
  JSON.stringify([localStorage, sessionStorage].map((storage) => Object.entries(storage)));

interface ExchangeState {
  /** What UIS was asked. */
  records: { method?: string; params?: { numa?: string; numc?: unknown } }[];
  calls: { id: string; legs: { id: string; party: string; number: string; state: string }[] }[];
}

/** The simulated exchange, over its control API. */
export const exchange = {
  state: async (): Promise<ExchangeState> =>
    (await fetch(`${demoUrl}/simulator/exchange`)).json() as Promise<ExchangeState>,
  reset: () => fetch(`${demoUrl}/simulator/exchange`, { method: "DELETE" }),
  /** The calls UIS has placed since the last reset. */
  placed: async () => (await exchange.state()).calls,
  /** The numbers UIS was asked to connect, the visitor's and the office's, each call's in turn. */
  asked: async (): Promise<[unknown, unknown][]> =>
    (await exchange.state()).records.flatMap(({ method, params }) =>
      method === "place_calls" ? [[params?.numa, params?.numc]] : [],
    ),
  /** Waits until the party's phone rings, then answers or declines it. */
  pick: async (party: "visitor" | "office", verb: "answer" | "decline") => {
    let ringing: { call: string; leg: string } | undefined;
    await until(async () => {
      const call = (await exchange.state()).calls.at(-1);
      const leg = call?.legs.find((one) => one.party === party && one.state === "ringing");
      if (call && leg) ringing = { call: call.id, leg: leg.id };
      return ringing !== undefined;
    });
    await fetch(
      `${demoUrl}/simulator/exchange/calls/${ringing?.call ?? ""}/legs/${ringing?.leg ?? ""}/${verb}`,
      { method: "POST" },
    );
  },
};
