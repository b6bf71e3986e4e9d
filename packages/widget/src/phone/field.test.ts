import { sendKeys } from "@web/test-runner-commands";
import { expect } from "chai";
import { CallButtonHarness, exchange, until } from "../call-button.harness.js";
import { PhoneField } from "./field.js";
import { KEYS, PHONE_INPUTS, type PhoneInput } from "./inputs.harness.js";
import { e164 } from "./number.js";
import { readPhone } from "./reading.js";

/** Events that the field handles. */
const EVENTS = ["beforeinput", "input", "change", "paste", "drop", "compositionend"];

let input: HTMLInputElement;
let heard: string[];

/** Creates an input inside a shadow root, as in the element. */
function createInput(country: string): void {
  const host = document.createElement("div");
  input = document.createElement("input");
  input.type = "tel";
  host.attachShadow({ mode: "open" }).append(input);
  document.body.append(host);
  const field = new PhoneField(
    () => country,
    (text) => heard.push(text),
  );
  for (const event of EVENTS) input.addEventListener(event, field);
}

async function press(keys: string): Promise<void> {
  const [key = "", modifier] = keys.split("+").reverse();
  if (keys === "Undo") {
    await sendKeys({ down: "Control" });
    await sendKeys({ press: "z" });
    await sendKeys({ up: "Control" });
  } else if (modifier === undefined) {
    await sendKeys({ press: key });
  } else {
    await sendKeys({ down: modifier });
    await sendKeys({ press: key });
    await sendKeys({ up: modifier });
  }
}

async function type(keys: readonly string[]): Promise<void> {
  for (const text of keys) {
    if (KEYS.includes(text)) await press(text);
    else await sendKeys({ type: text });
  }
}

/**
 * Copies and pastes with the keyboard through the system clipboard, so that the browser fires real paste events and the
 * paste can be undone.
 */
async function paste(text: string): Promise<void> {
  const source = document.createElement("textarea");
  const { selectionStart, selectionEnd } = input;
  source.value = text;
  document.body.append(source);
  source.select();
  await sendKeys({ down: "Control" });
  await sendKeys({ press: "c" });
  source.remove();
  input.focus();
  input.setSelectionRange(selectionStart, selectionEnd);
  await sendKeys({ press: "v" });
  await sendKeys({ up: "Control" });
}

/** Fills in the field like browsers and password managers: sets the value and fires one event, often without focus. */
function fill(text: string): void {
  input.blur();
  input.value = text;
  input.dispatchEvent(new Event("change", { bubbles: true }));
}

async function perform({ from, typed = [], pasted, filled }: PhoneInput): Promise<void> {
  input.focus();
  if (from !== undefined) await type([from]);
  await type(typed);
  if (pasted !== undefined) await paste(pasted);
  if (filled !== undefined) fill(filled);
}

const shown = (withCaret: boolean): string => {
  const { value, selectionStart } = input;
  return withCaret ? `${value.slice(0, selectionStart ?? 0)}|${value.slice(selectionStart ?? 0)}` : value;
};

describe("the telephone field", () => {
  beforeEach(() => (heard = []));
  afterEach(() => document.body.replaceChildren());

  for (const row of PHONE_INPUTS) {
    it(row.name, async () => {
      createInput(row.country ?? "RU");
      await perform(row);
      // Reading a pasted text may load a separate module first, so this waits for the result.
      if (row.pasted !== undefined) await until(() => shown(true) === row.shows).catch(() => undefined);
      expect(shown(row.shows.includes("|"))).to.equal(row.shows);
      const { country = "RU" } = row;
      const { number, problem } = await readPhone(input.value, country);
      expect(problem).to.equal(row.asks);
      expect(problem ? undefined : e164(number, country)).to.equal(row.gives);
      expect(heard.at(-1) ?? "").to.equal(input.value);
    });
  }

  it("takes a dropped text as a pasted one", () => {
    createInput("RU");
    const dataTransfer = new DataTransfer();
    dataTransfer.setData("text/plain", "+49 30 1234567\n15");
    input.dispatchEvent(new DragEvent("drop", { dataTransfer, cancelable: true }));
    expect(input.value).to.equal("+49 30 1234567, 15");
  });

  /** Pastes without waiting for the part that reads the text. */
  function pasteAtOnce(text: string): void {
    const clipboardData = new DataTransfer();
    clipboardData.setData("text/plain", text);
    input.dispatchEvent(new ClipboardEvent("paste", { clipboardData, cancelable: true }));
  }

  it("has the pasted text in place of a selected number before the text has been read", async () => {
    createInput("RU");
    input.value = "+7 900 000-00-01";
    input.focus();
    input.select();
    pasteAtOnce("Tel. +49 30 1234567");
    expect([input.value, heard.at(-1)]).to.deep.equal(["Tel. +49 30 1234567", "Tel. +49 30 1234567"]);
    await until(() => input.value === "+49 30 1234567");
    expect(heard.at(-1)).to.equal("+49 30 1234567");
  });

  it("keeps what the visitor makes of a pasted text before it has been read", async () => {
    createInput("RU");
    pasteAtOnce("Tel. +49 30 1234567");
    input.value = "Tel. +49 30 1234568";
    await readPhone("Tel. +49 30 1234567", "RU");
    await new Promise((resolve) => setTimeout(resolve));
    expect(input.value).to.equal("Tel. +49 30 1234568");
  });

  it("changes nothing that may not be changed by the time a pasted text has been read", async () => {
    createInput("RU");
    pasteAtOnce("Tel. +49 30 1234567");
    input.readOnly = true;
    await readPhone("Tel. +49 30 1234567", "RU");
    await new Promise((resolve) => setTimeout(resolve));
    expect(input.value).to.equal("Tel. +49 30 1234567");
  });

  it("has a text once for each time it was pasted", async () => {
    createInput("RU");
    pasteAtOnce("Tel. +49 30 1234567");
    pasteAtOnce("Tel. +49 30 1234567");
    expect(input.value).to.equal("Tel. +49 30 1234567Tel. +49 30 1234567");
    await until(() => input.value === "+49 30 1234567");
  });

  it("leaves what an input method composes alone until it is done", () => {
    createInput("RU");
    input.focus();
    input.value = "+7900";
    input.dispatchEvent(new InputEvent("input", { isComposing: true, inputType: "insertCompositionText" }));
    expect(input.value).to.equal("+7900");
    input.dispatchEvent(new CompositionEvent("compositionend"));
    expect(input.value).to.equal("+7 900");
  });

  it("types into no other field when this one is filled in", () => {
    createInput("RU");
    const other = document.createElement("input");
    document.body.append(other);
    other.focus();
    input.value = "89000000001";
    input.dispatchEvent(new InputEvent("input"));
    expect([other.value, input.value]).to.deep.equal(["", "8 900 000-00-01"]);
  });

  it("changes nothing that may not be changed", () => {
    createInput("RU");
    input.readOnly = true;
    input.value = "89000000001";
    input.dispatchEvent(new Event("change"));
    expect(input.value).to.equal("89000000001");
  });

  it("takes back an edit and its grouping, and brings them again", async () => {
    createInput("RU");
    input.focus();
    await sendKeys({ type: "+7900" });
    for (let presses = 0; presses < 12 && input.value !== ""; presses += 1) await press("Undo");
    expect(input.value).to.equal("");
    await sendKeys({ down: "Control" });
    await sendKeys({ down: "Shift" });
    for (let presses = 0; presses < 12; presses += 1) await sendKeys({ press: "z" });
    await sendKeys({ up: "Shift" });
    await sendKeys({ up: "Control" });
    expect(input.value).to.equal("+7 900");
  });
});

describe("the telephone field in the element", () => {
  let button: CallButtonHarness;

  beforeEach(() => exchange.reset());
  afterEach(() => button.remove());

  it("groups what is typed, and has that very number called", async () => {
    button = await CallButtonHarness.create();
    await button.open();
    await sendKeys({ type: "89000000001" });
    expect(button.phone.value).to.equal("8 900 000-00-01");
    const fetch = window.fetch.bind(window);
    const bodies: unknown[] = [];
    window.fetch = (...request) => (bodies.push(request[1]?.body), fetch(...request));
    button.submit();
    await until(async () => (await exchange.placed()).length === 1).finally(() => (window.fetch = fetch));
    expect(bodies.join()).to.contain('"phone":"+79000000001"');
  });

  for (const [text, problem] of [
    ["+49 30 1234567 ext. 5", "Please check the number: +49 30 1234567?"],
    ["+7 900 000-00-0123", "Please check the number: +7 900 000-00-01?"],
    ["8 9ОО 000-00-01", "There is a letter in the number. Please use digits only."],
    ["call me", "There is a letter in the number. Please use digits only."],
    ["89000000001, 89000000002", "Leave just one phone number here."],
  ] as const) {
    it(`sends nothing, and asks the visitor: ${text}`, async () => {
      button = await CallButtonHarness.create();
      await button.open();
      button.type(text);
      button.submit();
      await until(() => button.error !== "");
      expect(button.error.replaceAll(/[\u2066\u2069]/g, "").replaceAll("\u00a0", " ")).to.equal(problem);
      expect(button.focused).to.equal(button.phone);
      expect(button.phone.getAttribute("aria-invalid")).to.equal("true");
      expect(button.errors).to.deep.equal([]);
      expect(await exchange.asked()).to.deep.equal([]);
      expect(button.phone.value).to.equal(text);
    });
  }

  it("calls once the visitor has mended what was in doubt", async () => {
    button = await CallButtonHarness.create();
    await button.open();
    button.type("+7 900 000-00-21 доб. 5");
    button.submit();
    await until(() => button.error !== "");
    button.type("+7 900 000-00-21");
    button.submit();
    await until(async () => (await exchange.asked()).length === 1);
    expect((await exchange.asked())[0]?.[0]).to.equal("79000000021");
  });

  it("keeps the end of a long text, and asks about it", async () => {
    button = await CallButtonHarness.create({ phone: "Отдел продаж на Арбате: +49 30 1234567 доб. 12\n15" });
    await button.open();
    expect(button.phone.value).to.equal("Отдел продаж на Арбате: +49 30 1234567 доб. 12, 15");
    button.submit();
    await until(() => button.error.startsWith("Please check"));
  });

  it("calls the pasted number, however soon the form is submitted", async () => {
    button = await CallButtonHarness.create({ phone: "+7 900 000-00-01" });
    await button.open();
    button.phone.select();
    const clipboardData = new DataTransfer();
    clipboardData.setData("text/plain", "Тел. 8 977 000-00-02 (моб.)");
    button.phone.dispatchEvent(new ClipboardEvent("paste", { clipboardData, cancelable: true }));
    button.submit();
    await until(async () => (await exchange.asked()).length === 1);
    expect((await exchange.asked())[0]?.[0]).to.equal("79770000002");
  });

  it("sends a number that only the backend can tell as it is written, with the country of the page", async () => {
    button = await CallButtonHarness.create({ country: "DE", phone: "Tel. 030/1234567 (Büro)" });
    await button.open();
    const fetch = window.fetch.bind(window);
    const body = new Promise<unknown>((resolve) => {
      window.fetch = (input, init) => {
        if (init?.method === "POST") resolve(JSON.parse(init.body as string));
        window.fetch = fetch;
        return fetch(input, init);
      };
    });
    button.submit();
    expect(await body).to.include({ phone: "030/1234567", phoneCountry: "DE" });
  });

  it("rings no number of the tenant's country for one of the page's country", async () => {
    button = await CallButtonHarness.create({ country: "US", phone: "(920) 555-0123" });
    await button.open();
    button.submit();
    await until(() => button.error !== "");
    expect(await exchange.asked()).to.deep.equal([]);
  });

  it("reads by the country the page names, where it names one", async () => {
    button = await CallButtonHarness.create({ country: "de", locale: "ru" });
    await button.open();
    await sendKeys({ type: "89000000001" });
    expect(button.phone.value).to.equal("89000000001");
  });

  it("reads as it does anyway where the page takes the country away again", async () => {
    button = await CallButtonHarness.create({ locale: "ru" });
    button.element.setAttribute("country", "de");
    button.element.removeAttribute("country");
    await button.open();
    await sendKeys({ type: "89000000001" });
    expect(button.phone.value).to.equal("8 900 000-00-01");
  });
});
