import type { Call } from "@uis-call/shared";
import { UisCallButton } from "./define.js";

const meta = (name: string): string =>
  document.querySelector<HTMLMetaElement>(`meta[name=${name}]`)?.content ?? "";

/** URL of the demo that the test runner has started. The demo consists of the simulator and the backend. */
export const demoUrl = meta("demo");

/** URL of a second demo, which is cross-site: its host is `127.0.0.1`, and that of the tests' page is `localhost`. */
export const foreignUrl = meta("foreign");

/**
 * Gets an identity token or a sealed number for the tenant `market`. The test runner makes it, as the backend of a host
 * site would.
 */
export const tokenOf = async (kind: "identity" | "sealed", inside: Record<string, string>): Promise<string> =>
  (await fetch(`/${kind}?${new URLSearchParams(inside).toString()}`)).text();

/** Drives one `<uis-call-button>` as a visitor would, so that tests do not depend on its shadow DOM. */
export class CallButtonHarness {
  readonly element: UisCallButton;
  readonly calls: Call[] = [];
  readonly errors: string[] = [];

  private constructor(element: UisCallButton) {
    this.element = element;
    element.addEventListener("uis-call-status", (event) => this.calls.push(event.call));
    element.addEventListener("uis-call-error", (event) => this.errors.push(event.code));
  }

  /** Creates a button and adds it to the page. */
  static async create(properties: Partial<UisCallButton> = {}, content = ""): Promise<CallButtonHarness> {
    const element = new UisCallButton();
    // Tests click by script. The element ignores such clicks unless `programmatic` is set.
    const named = { endpoint: `${demoUrl}/api`, tenant: "demo", target: "sales", programmatic: true };
    Object.assign(element, { ...named, ...properties });
    element.innerHTML = content;
    const harness = new CallButtonHarness(element);
    document.body.append(element);
    await element.updateComplete;
    // An inline panel appears only after its messages have been loaded from a separate file.
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

  /** The select for the day. It is displayed only while the target is closed. */
  get day(): HTMLSelectElement {
    return this.#get("[part~=day]", HTMLSelectElement);
  }

  get time(): HTMLSelectElement {
    return this.#get("[part~=time]", HTMLSelectElement);
  }

  /** The text that gives the chosen time in the office's time zone. */
  get officeTime(): string {
    return this.#text("#office-time");
  }

  get heading(): string {
    return this.#text("#heading");
  }

  /** The text that says that the target is closed now. */
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

  /** Text of the live region, which announces the state of the call to screen readers. */
  get status(): string {
    return this.#text("[role=status]");
  }

  /** Text of all elements with the role `alert`. */
  get error(): string {
    return this.#texts("[role=alert]").join("");
  }

  /** The element in the shadow root that has the focus. */
  get focused(): Element | null {
    return this.element.shadowRoot?.activeElement ?? null;
  }

  /** Whether the element shows the page's own content, because no call can be made. */
  get showsFallback(): boolean {
    return this.has("slot:not([name]), [part~=link]");
  }

  has(selector: string): boolean {
    return this.element.shadowRoot?.querySelector(selector) != null;
  }

  /** Opens the panel and waits until the session is open. */
  async open(): Promise<void> {
    this.button.click();
    await this.ready();
  }

  /** Waits until the element has opened a session, which it does when the panel is opened or the form is focused. */
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

  /** Removes the button and keeps the storage, as when a visitor leaves the page. */
  leave(): void {
    this.element.remove();
  }

  /** Removes the button and clears the storage, as when a visitor closes the tab. */
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

/** Waits until a condition holds. */
export async function until(condition: () => boolean | Promise<boolean>, within = 5000): Promise<void> {
  const deadline = performance.now() + within;
  while (!(await condition())) {
    if (performance.now() > deadline) throw new Error(`never came true: ${condition.toString()}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

/** Functions that replace `fetch` for one request each. A function returns undefined for requests it does not match. */
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

/**
 * Lets a test respond to the next matching HTTP request in place of the backend, or make the request fail.
 *
 * @returns a function that tells whether such a request has been sent
 */
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

/** Simulates a network failure, in which no response arrives. */
export const noAnswer = (): Promise<Response> => Promise.reject(new TypeError("Failed to fetch"));

/** Returns a function that creates an error response in the format of the backend. */
export const refusal = (status: number, code: string, at?: string) => (): Response =>
  Response.json({ code, at }, { status, headers: { "Content-Type": "application/problem+json" } });

/** Returns all entries of the page's local storage and session storage as JSON. */
export const stored = (): string =>
  JSON.stringify([localStorage, sessionStorage].map((storage) => Object.entries(storage)));

interface ExchangeState {
  /** HTTP requests that the simulated UIS has received. */
  records: {
    method?: string;
    params?: { numa?: string; numc?: unknown };
    /** JSON-RPC response. Absent until it is sent. */
    answer?: { error?: unknown };
  }[];
  calls: { id: string; legs: { id: string; party: string; number: string; state: string }[] }[];
}

/** The simulator's telephone exchange. Tests control it through HTTP requests to the simulator. */
export const exchange = {
  state: async (): Promise<ExchangeState> =>
    (await fetch(`${demoUrl}/simulator/exchange`)).json() as Promise<ExchangeState>,
  reset: () => fetch(`${demoUrl}/simulator/exchange`, { method: "DELETE" }),
  /** Returns the telephone calls that the simulated UIS has started since the last reset. */
  placed: async () => (await exchange.state()).calls,
  /**
   * Returns the two numbers that UIS was asked to connect in each call: first the visitor's, then the office's. A request
   * that UIS refused does not count: a reset ends UIS's sessions, so UIS refuses the first request after it.
   */
  asked: async (): Promise<[unknown, unknown][]> =>
    (await exchange.state()).records.flatMap(({ method, params, answer }) =>
      method === "place_calls" && !answer?.error ? [[params?.numa, params?.numc]] : [],
    ),
  /** Waits until the telephone of the visitor or the office rings, then answers or declines the call. */
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
