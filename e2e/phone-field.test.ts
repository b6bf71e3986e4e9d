import { type Demo, startDemo } from "@uis-call/demo";
import type { EngineBrowser } from "@uis-call/testing/browsers/engine";
import { ENGINES } from "@uis-call/testing/browsers/engines";
import type { Tab } from "@uis-call/testing/browsers/tab";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { KEYS, PHONE_INPUTS, type PhoneInput } from "../packages/widget/dist/phone/inputs.harness.js";
import type { PhoneProblem } from "../packages/widget/dist/phone/reading.js";
import { readText } from "../packages/widget/dist/lazy/phone-text.js";
import { phoneToSend } from "../packages/widget/dist/phone/number.js";
import type { Tenant } from "../packages/bff/dist/index.js";
import { dialableNumber } from "../packages/bff/dist/policy/dialable-number.js";

/**
 * The rows of the table that name a country. The demo cannot test the other rows, because its tenant always has a
 * country.
 */
const ROWS = PHONE_INPUTS.filter(({ country }) => country !== "");

/** The words with which the element asks the visitor. */
const PROBLEMS: [PhoneProblem, string][] = [
  ["letter", "There is a letter"],
  ["several", "Leave just one phone number"],
  ["doubt", "Please check the number"],
];

// Runs the table of the element's own tests with the shipped bundle.
describe.each(ENGINES)("the telephone field in $name", ({ start }) => {
  let demo: Demo;
  let browser: EngineBrowser;
  let tab: Tab;

  beforeAll(async () => {
    demo = await startDemo({ port: 0 });
    browser = await start();
    tab = await browser.open();
    // Tries a second time if opening the form fails: a busy machine may refuse the first session, and Vitest does not
    // retry hooks.
    await openForm().catch(openForm);
    await tab.run(() => {
      const field = document
        .querySelector("uis-call-button#sales")
        ?.shadowRoot?.querySelector("[part~=phone]");
      Object.assign(window, { field });
      // Answers for the backend, so that a test sees what would be sent, and no phone rings.
      const fetch = window.fetch.bind(window);
      window.fetch = (input, init) => {
        const url = input instanceof Request ? input.url : String(input);
        if (init?.method !== "POST" || !/\/calls(?:\?|$)/.test(url)) return fetch(input, init);
        Object.assign(window, { sent: JSON.parse(init.body as string) as Sent });
        const problem = { type: "about:blank", title: "", status: 422, code: "phone_invalid", at: "phone" };
        const headers = { "Content-Type": "application/problem+json" };
        return Promise.resolve(new Response(JSON.stringify(problem), { status: 422, headers }));
      };
      // Adds a field from which tests copy the text that they paste.
      document.body.prepend(document.createElement("textarea"));
    });
  });
  async function openForm(): Promise<void> {
    await tab.goto(demo.url);
    await tab.click("uis-call-button#sales >>> [part~=button]");
    await tab.see("uis-call-button#sales >>> [part~=phone]");
  }

  afterAll(async () => {
    await tab.close();
    await browser.close();
    await demo.stop();
  });

  const type = async (texts: readonly string[]): Promise<void> => {
    for (const text of texts) {
      if (text === "Undo") await tab.undo();
      else if (KEYS.includes(text)) await tab.press(text);
      else await tab.type(text);
    }
  };

  const paste = async (text: string): Promise<void> => {
    const [start, end] = await tab.run((value) => {
      const range = [field.selectionStart, field.selectionEnd];
      const source = document.querySelector("textarea")!;
      source.value = value;
      source.select();
      return range;
    }, text);
    await tab.press("Control+c");
    await tab.run(
      (from, to) => {
        field.focus();
        field.setSelectionRange(from, to);
      },
      start ?? null,
      end ?? null,
    );
    await tab.press("Control+v");
  };

  const perform = async ({ from, typed = [], pasted, filled }: PhoneInput): Promise<void> => {
    if (from !== undefined) await type([from]);
    await type(typed);
    if (pasted !== undefined) await paste(pasted);
    if (filled === undefined) return;
    await tab.run((value) => {
      field.blur();
      field.value = value;
      field.dispatchEvent(new Event("change"));
    }, filled);
  };

  /** Submits the form. Returns the number that is sent, or the reason why none is. */
  const submit = async (): Promise<Sent & { problem: PhoneProblem | undefined }> => {
    await tab.run(() => {
      const error = document
        .querySelector("uis-call-button#sales")!
        .shadowRoot!.querySelector("#phone-error")!;
      const changed = new Promise<void>((resolve) => {
        new MutationObserver((_, observer) => {
          if (error.textContent === "") return;
          observer.disconnect();
          resolve();
        }).observe(error, { childList: true, characterData: true, subtree: true });
      });
      Object.assign(window, { sent: undefined, answered: changed.then(() => error.textContent) });
      field.focus();
    });
    await tab.press("Enter");
    const { sent, error } = await tab.run(async () => {
      const error = await window.answered;
      return { sent: window.sent, error };
    });
    const problem = PROBLEMS.find(([, words]) => error.includes(words))?.[0];
    return { ...sent, problem };
  };

  it.each(ROWS)("$name", async (row) => {
    const { country = "RU" } = row;
    await tab.run(
      async (region, reference) => {
        const button = document.querySelector<HTMLElement & { updateComplete: Promise<unknown> }>(
          "uis-call-button#sales",
        )!;
        // A new reference removes the error of the row before. It also closes the panel.
        Object.assign(button, { country: region, locale: "en", reference });
        await button.updateComplete;
        Object.assign(button, { open: true });
        await button.updateComplete;
        field.value = "";
        field.dispatchEvent(new Event("change"));
        field.focus();
      },
      country,
      `row ${ROWS.indexOf(row)}`,
    );
    await perform(row);
    const shown = () =>
      tab.run((withCaret) => {
        const { value, selectionStart } = field;
        return withCaret
          ? `${value.slice(0, selectionStart ?? 0)}|${value.slice(selectionStart ?? 0)}`
          : value;
      }, row.shows.includes("|"));
    // Polls, because pasting a text may first load the script that parses it.
    await expect.poll(shown).toBe(row.shows);
    const { phone, phoneCountry, problem } = await submit();
    expect(problem).toBe(row.asks);
    if (row.gives !== undefined) expect(phone).toBe(row.gives);
    // Some invented numbers are in no country's plan.
    const dialled = phone === undefined ? undefined : dialledFor(phone, country, phoneCountry);
    expect([row.asks ? undefined : (row.gives ?? row.dials), undefined]).toContain(dialled);
    if (row.dials && !row.asks) expect(dialled).toBe(row.dials);
  });
});

/**
 * Returns the number that the backend dials for a text of the request; undefined if it refuses the text.
 *
 * @param country country of the tenant
 */
function dialledFor(text: string, country: string, phoneCountry?: string): string | undefined {
  const allow = ["+1", "+2", "+3", "+4", "+5", "+6", "+7", "+8", "+9"];
  const tenant = { country, numbers: { allow, deny: [] } } as unknown as Tenant;
  try {
    return dialableNumber(text, tenant, "phone", "visitor", phoneCountry).number;
  } catch {
    return undefined;
  }
}

describe("a text of that table", () => {
  it.each(ROWS.filter(({ asks, gives, dials }) => !asks && (gives ?? dials)))(
    "$name: the backend dials the number that the element sends",
    ({ shows, country = "RU", gives, dials }) => {
      const text = shows.replace("|", "");
      const number = gives ?? dials!;
      const { phone = "", phoneCountry } = phoneToSend(readText(text, country).number, country);
      // The country of the tenant does not count.
      for (const tenantsCountry of ["RU", "DE", "US"]) {
        const dialled = dialledFor(phone, tenantsCountry, phoneCountry);
        // Some invented numbers are in no country's plan.
        expect([number, undefined]).toContain(dialled);
        if (dials) expect(dialled).toBe(dials);
      }
      expect([number, undefined]).toContain(dialledFor(text, country));
    },
  );

  it.each(ROWS.filter(({ asks }) => asks))(
    "$name: the backend refuses it where the element asks the visitor",
    ({ shows, pasted, dials, country = "RU" }) => {
      expect(dialledFor(shows.replace("|", ""), country)).toBe(dials);
      if (pasted) expect(dialledFor(pasted, country)).toBe(dials);
    },
  );
});

/** The part of a request that tells the number. */
interface Sent {
  phone?: string;
  phoneCountry?: string;
}

/** The telephone field, the last request, and the error after it: globals of the page. */
declare const field: HTMLInputElement;
declare global {
  interface Window {
    sent?: Sent;
    answered: Promise<string>;
  }
}
