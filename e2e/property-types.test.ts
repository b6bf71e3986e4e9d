import { type Demo, startDemo } from "@uis-call/demo";
import type { EngineBrowser } from "@uis-call/testing/browsers/engine";
import { ENGINES } from "@uis-call/testing/browsers/engines";
import type { Tab } from "@uis-call/testing/browsers/tab";
import { UisCallButton } from "@uis-call/widget";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

/** What the page recorded after a property was set to a value. */
interface Outcome {
  value: string;
  /** Messages of uncaught errors and unhandled rejections. */
  uncaught: string[];
  /** Lines that were written with `console.error`. */
  told: string[];
  /** Bodies of the HTTP requests for calls. */
  calls: Record<string, unknown>[];
}

// Reads `observedAttributes`, because Lit fills `elementProperties` only when this is read.
const ATTRIBUTES = UisCallButton.observedAttributes.length;
const PROPERTIES = [...UisCallButton.elementProperties.keys()].map(String);

/** Values by kind. Every property accepts `undefined` and `null`. Most properties accept texts and numbers. */
const NONE = ["undefined", "null"];
const TEXTS = ["a text", "an empty text"];
const NUMBERS = ["zero", "a number", "a phone", "a bigint"];

/** The values that a property for texts stores as a text that is not empty. */
const GIVEN = ["a text", ...NUMBERS];

const FLAGS = [
  ...["true", "false", ...TEXTS, "a text of an object"],
  ...["zero", "a number", "a phone", "NaN", "infinity", "too large"],
];

/**
 * The kinds of values that a property accepts, besides `undefined` and `null`. Properties that are not listed accept
 * texts and numbers. The element reports any other value in the console.
 */
const TAKEN: Record<string, string[]> = {
  identity: ["a function", "a class"],
  sealedNumber: [...TEXTS, ...NUMBERS, "a function", "a class"],
  variables: ["an object", "a proxy", "a cycle"],
  strings: ["an object", "a proxy", "a cycle"],
  programmatic: FLAGS,
  disabled: FLAGS,
  open: FLAGS,
};

/** The values that prevent a call, of the properties that have such values. */
const PREVENTING: Record<string, (value: string) => boolean> = {
  tenant: (value) => !GIVEN.includes(value),
  // The session knows no target with the name of any value.
  target: () => true,
  phone: (value) => !GIVEN.includes(value),
  disabled: (value) => FLAGS.includes(value) && !["false", "zero", "an empty text", "NaN"].includes(value),
  identity: (value) => value === "a class",
  sealedNumber: (value) => value === "a class",
};

describe.each(ENGINES)("a property of any type in $name", ({ start }) => {
  let demo: Demo;
  let browser: EngineBrowser;
  let tab: Tab;

  beforeAll(async () => {
    demo = await startDemo({ port: 0 });
    browser = await start();
    tab = await browser.open();
    await tab.goto(demo.url);
    await tab.run(answerRequests);
  });
  afterAll(async () => {
    await tab.close();
    await browser.close();
    await demo.stop();
  });

  it.each(PROPERTIES)("throws nothing, is told of where it is wrong, and calls: %s", async (property) => {
    const outcomes = await tab.run(tryValues, property);
    expect(outcomes.length).toBeGreaterThan(30);
    const taken = [...NONE, ...(TAKEN[property] ?? [...TEXTS, ...NUMBERS])];
    for (const { value, uncaught, told, calls } of outcomes) {
      expect({ value, uncaught }).toEqual({ value, uncaught: [] });
      const wrong = !taken.includes(value);
      const ours = told.filter((line) => line.startsWith("<uis-call-button>"));
      // Objects that are cyclic or throw are not counted here, because the element reports each wrong value inside
      // them.
      if (!/cycle|throws/.test(value))
        expect({ value, told: ours.length }).toEqual({ value, told: wrong ? 1 : 0 });
      for (const line of ours) expect(line).toContain(`"${property}`);
      const expected = PREVENTING[property]?.(value) ? 0 : 1;
      expect({ value, calls: calls.length }).toEqual({ value, calls: expected });
      expect(JSON.stringify(calls)).not.toMatch(/\[object|undefined|NaN|null/);
    }
  });

  it("is one of all the element has", () => {
    expect(PROPERTIES.length).toBeGreaterThanOrEqual(ATTRIBUTES);
  });

  it("is sent as a text where it is a number", async () => {
    const outcomes = await tab.run(tryValues, "reference");
    const reference = (name: string) => outcomes.find(({ value }) => value === name)?.calls[0]?.["reference"];
    expect(["a number", "a bigint", "zero", "too large"].map(reference)).toEqual([
      "1041",
      "1041",
      "0",
      undefined,
    ]);
    const variables = await tab.run(tryValues, "variables");
    expect(variables.find(({ value }) => value === "an object")?.calls[0]?.["variables"]).toEqual({
      product: "tea",
      count: "2",
    });
    const phones = await tab.run(tryValues, "phone");
    expect(phones.find(({ value }) => value === "a phone")?.calls[0]?.["phone"]).toBe("+79000000001");
  });

  it("of a subclass is the subclass's own", async () => {
    const told = await tab.run(() => {
      const Button = customElements.get("uis-call-button")!;
      class Own extends Button {
        static properties = { data: {} };
      }
      customElements.define("own-button", Own);
      const element = document.createElement("own-button") as HTMLElement & Record<string, unknown>;
      element["data"] = { rows: [1] };
      element["reference"] = 7;
      return [element["data"], element["reference"]];
    });
    expect(told).toEqual([{ rows: [1] }, "7"]);
  });

  it("is as if not set where a template has made a text of no text", async () => {
    const told = await tab.run(async () => {
      const element = document.createElement("uis-call-button");
      const { error } = console;
      const lines: string[] = [];
      console.error = (line: string) => lines.push(line);
      for (const name of ["reference", "phone", "label"]) {
        for (const text of ["undefined", "null", "NaN", "[object Object]"]) element.setAttribute(name, text);
      }
      document.body.append(element);
      await (element as unknown as { updateComplete: Promise<unknown> }).updateComplete;
      console.error = error;
      const { reference, phone, label } = element as unknown as Record<string, string>;
      element.remove();
      return { lines, values: [reference, phone, label] };
    });
    expect(told.values).toEqual(["", "", ""]);
    expect(told.lines).toHaveLength(12);
  });
});

/**
 * Opens a real session. Then replaces `fetch`, so that the page itself responds to the requests of the element. Runs in
 * the page.
 */
async function answerRequests(): Promise<void> {
  const fetch = window.fetch.bind(window);
  const ask = (path: string, body: unknown) =>
    fetch(`/api${path}`, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(body),
    });
  const answer = await ask("/session", { tenant: "demo" });
  if (!answer.ok) throw new Error(`no session: ${await answer.text()}`);
  const session = (await answer.json()) as unknown;
  const bodies: unknown[] = [];
  Object.assign(window, { bodies });
  window.fetch = (input, init) => {
    if (!new URL(input as string, location.href).pathname.endsWith("/calls"))
      return Promise.resolve(Response.json(session));
    bodies.push(JSON.parse(init?.body as string));
    const now = new Date().toISOString();
    return Promise.resolve(
      Response.json({
        id: crypto.randomUUID(),
        status: "placed",
        target: "sales",
        createdAt: now,
        updatedAt: now,
      }),
    );
  };
}

/** Sets a property to values of all types, each before and after the element is added to the page. Runs in the page. */
async function tryValues(property: string): Promise<Outcome[]> {
  const { bodies } = window as unknown as { bodies: Record<string, unknown>[] };
  const throws = (): never => {
    throw new Error("a trap");
  };
  const revoked = Proxy.revocable({}, {});
  revoked.revoke();
  const cycle: Record<string, unknown> = { product: "tea" };
  cycle["self"] = cycle;
  const values: Record<string, unknown> = {
    undefined: undefined,
    null: null,
    true: true,
    false: false,
    zero: 0,
    "a number": 1041,
    "a phone": 79000000001,
    "a bigint": 1041n,
    NaN: NaN,
    infinity: Infinity,
    "too large": 2 ** 60,
    "a text": "1041",
    "an empty text": "",
    "a text of an object": "[object Object]",
    "a symbol": Symbol("s"),
    "an object": { product: "tea", count: 2, nothing: null },
    "an empty list": [],
    "a list": ["1041"],
    "a function": () => Promise.resolve(undefined),
    "a class": Map,
    "a date": new Date(0),
    "a map": new Map([["a", "b"]]),
    "a set": new Set(["a"]),
    "a pattern": /a/,
    "an error": new Error("a"),
    "a promise": Promise.resolve("a"),
    "a text object": Object("1041") as unknown,
    "an element": document.createElement("a"),
    "the window": window,
    "a buffer": new ArrayBuffer(8),
    "a weak map": new WeakMap(),
    "a proxy": new Proxy({ product: "tea" }, {}),
    "a revoked proxy": revoked.proxy,
    "a proxy that throws": new Proxy(
      {},
      { get: throws, ownKeys: throws, getPrototypeOf: throws, has: throws },
    ),
    "a getter that throws": Object.defineProperty({}, "product", { get: throws, enumerable: true }),
    "a toString that throws": {
      toString: throws,
      valueOf: throws,
      toJSON: throws,
      [Symbol.toPrimitive]: throws,
    },
    "a cycle": cycle,
  };
  const outcomes: Outcome[] = [];
  for (const [name, value] of Object.entries(values)) {
    for (const early of [true, false]) {
      const uncaught: string[] = [];
      const told: string[] = [];
      const hear = (event: ErrorEvent | PromiseRejectionEvent): void => {
        uncaught.push(String("reason" in event ? event.reason : event.message));
      };
      addEventListener("error", hear);
      addEventListener("unhandledrejection", hear);
      const { error } = console;
      console.error = (line: unknown) => told.push(String(line));
      bodies.length = 0;
      const element = document.createElement("uis-call-button") as HTMLElement & {
        updateComplete: Promise<unknown>;
        call: (phone?: string) => Promise<void>;
      };
      Object.assign(element, { tenant: "demo", target: "sales" });
      const set = () => {
        try {
          (element as unknown as Record<string, unknown>)[property] = value;
        } catch (problem) {
          uncaught.push(`set: ${String(problem)}`);
        }
      };
      if (early) set();
      document.body.append(element);
      await element.updateComplete.catch(() => undefined);
      if (!early) set();
      await element.updateComplete.catch((problem: unknown) => uncaught.push(`update: ${String(problem)}`));
      const calling = property === "phone" ? element.call() : element.call("+79000000001");
      await Promise.race([
        calling.catch((problem: unknown) => uncaught.push(`call: ${String(problem)}`)),
        new Promise((resolve) => setTimeout(resolve, 3000)),
      ]);
      // Waits for the next task, because the browser reports unhandled rejections in a later task.
      await new Promise((resolve) => setTimeout(resolve, 0));
      outcomes.push({ value: name, uncaught, told, calls: structuredClone(bodies) });
      element.remove();
      console.error = error;
      removeEventListener("error", hear);
      removeEventListener("unhandledrejection", hear);
    }
  }
  return outcomes;
}
