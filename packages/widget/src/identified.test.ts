import { expect } from "chai";
import {
  CallButtonHarness,
  disturb,
  exchange,
  refusal,
  stored,
  tokenOf,
  until,
} from "./call-button.harness.js";

const OPERATOR = "79000000505";
const CUSTOMER = "79000000606";
const SUPPLIER = "79000000404";
/** Number of the office that the shop's button calls. */
const OFFICE = "79000000101";

const operator = (sub = "op-1"): Promise<string> =>
  tokenOf("identity", { sub, name: "Anna", phone: `+${OPERATOR}` });
const sealed = (target: string, phone: string): Promise<string> =>
  tokenOf("sealed", { target, phone: `+${phone}` });

/** Waits until UIS has been asked to connect the two numbers. */
const connects = (visitor: string, office: string): Promise<void> =>
  until(async () => (await exchange.asked()).some(([numa, numc]) => numa === visitor && numc === office));

describe("a button of a page that knows its user", () => {
  let button: CallButtonHarness;
  const create = async (...[properties]: Parameters<typeof CallButtonHarness.create>) =>
    (button = await CallButtonHarness.create({ tenant: "market", ...properties }));
  /** Creates a button as in a CRM: the operator is identified, and the customer's number is sealed. */
  const createCustomer = async () =>
    create({
      target: "customer",
      token: await operator(),
      sealedNumber: await sealed("customer", CUSTOMER),
    });

  afterEach(() => button.remove());

  it("asks for no number, names its target, and calls at one key", async () => {
    await createCustomer();
    button.button.click();
    await until(() => button.focused?.matches("[part~=submit]") === true);
    expect(button.has("[part~=phone]")).to.equal(false);
    await button.ready();
    expect(button.panel.querySelector("h2")?.textContent).to.equal("Call Customer");
    expect(button.submitButton.textContent.trim()).to.equal("Call");
    expect(button.focused).to.equal(button.submitButton);
    button.submit();
    await connects(CUSTOMER, OPERATOR);
  });

  it("still asks an anonymous buyer for a number, and carries the supplier's", async () => {
    await create({ target: "supplier", sealedNumber: await sealed("supplier", SUPPLIER) });
    await button.open();
    expect(button.focused).to.equal(button.phone);
    button.type("8 900 000-00-01");
    button.submit();
    await connects("79000000001", SUPPLIER);
  });

  it("asks a user for a number where the target wants one, and puts the focus there", async () => {
    await create({
      target: "supplier",
      token: await operator(),
      sealedNumber: await sealed("supplier", SUPPLIER),
    });
    button.button.click();
    await until(() => button.has("[part~=phone]"));
    await until(() => button.focused === button.phone);
  });

  it("asks for another token whenever a session is to be opened again, since one opens one", async () => {
    let asked = 0;
    await create({
      target: "account",
      identity: () => {
        asked += 1;
        // Uses another telephone number, because the operator's telephone may still be busy with a call of another
        // test.
        return tokenOf("identity", { sub: "op-2", phone: "+79000000509" });
      },
    });
    await button.open();
    expect(asked).to.equal(1);
    // The user signs out elsewhere on the page. This also ends the element's session.
    await signOut();
    button.submit();
    await connects("79000000509", OFFICE);
    expect(asked).to.equal(2);
  });

  it("calls for the user the page names now", async () => {
    await create({ target: "account", token: await operator("one") });
    await button.open();
    button.element.token = await tokenOf("identity", { sub: "two", phone: "+79000000506" });
    await button.element.updateComplete;
    button.submit();
    await connects("79000000506", OFFICE);
  });

  it("asks no other function in place of the first while the session lasts, and shows on what it shows", async () => {
    let asked = 0;
    const identity = () => () => {
      asked += 1;
      return tokenOf("identity", { sub: "one", phone: "+79000000507" });
    };
    await create({ target: "account", identity: identity() });
    await button.open();
    const { submitButton } = button;
    for (let render = 0; render < 3; render += 1) {
      button.element.identity = identity();
      await button.element.updateComplete;
    }
    expect(button.submitButton).to.equal(submitButton);
    expect(button.panel.querySelector("h2")?.textContent).to.equal("Call Account");
    button.submit();
    await connects("79000000507", OFFICE);
    expect(asked).to.equal(1);
  });

  it("places no call as the former user when the new session cannot be opened", async () => {
    await create({ target: "account", identity: () => operator("one") });
    await button.open();
    await exchange.reset();
    button.element.identity = undefined;
    await button.element.updateComplete;
    button.element.identity = () => Promise.reject(new Error("signed out"));
    await button.element.updateComplete;
    button.submit();
    await until(() => button.errors.includes("network"));
    await button.element.updateComplete;
    button.element.identity = () => tokenOf("identity", { sub: "two", phone: "+79000000508" });
    await button.element.updateComplete;
    button.again.click();
    await button.ready();
    button.submit();
    await connects("79000000508", OFFICE);
    expect(new Set((await exchange.asked()).map(([visitor]) => visitor))).to.deep.equal(
      new Set(["79000000508"]),
    );
  });

  it("keeps its form when a token that is used up cannot be used again", async () => {
    await create({ target: "account", token: await operator("one") });
    await button.open();
    await exchange.reset();
    disturb("POST", /\/calls$/, refusal(422, "invalid_request", "at"));
    button.submit();
    await until(() => button.errors.includes("invalid_request"));
    await button.element.updateComplete;
    button.submit();
    await connects(OPERATOR, OFFICE);
  });

  it("names its target in the language the page changes to", async () => {
    await create({ target: "account", identity: () => operator("one"), locale: "en" });
    await button.open();
    button.element.locale = "ru";
    await button.element.updateComplete;
    button.submitButton.dispatchEvent(new FocusEvent("focusin", { bubbles: true, composed: true }));
    await until(() => button.panel.querySelector("h2")?.textContent.endsWith("Счёт") === true);
  });

  it("opens no session where the page cannot say who the user is", async () => {
    await create({ target: "account", identity: () => Promise.reject(new Error("signed out")) });
    button.button.click();
    await until(() => button.errors.includes("network"));
  });

  it("tells in the panel what is wrong with a number it does not ask for", async () => {
    await create({ target: "customer", token: await operator() });
    await button.open();
    button.submit();
    await until(() => button.error !== "");
    expect(button.error).to.equal("Please reload the page and try again.");
  });

  it("shows the page's own content when the user may not use the target", async () => {
    const targets = "customer";
    await create({
      target: "nothing",
      token: await tokenOf("identity", { sub: "op-1", phone: `+${OPERATOR}`, targets }),
    });
    button.button.click();
    await until(() => button.errors.includes("target_unknown"));
    await button.element.updateComplete;
    expect(button.showsFallback).to.equal(true);
  });

  it("keeps token and number out of every address", async () => {
    const token = await operator();
    const sealedNumber = await sealed("customer", CUSTOMER);
    await create({ target: "customer", token, sealedNumber });
    await button.open();
    button.submit();
    await until(() => button.calls.length > 0);
    const addresses = performance.getEntriesByType("resource").map(({ name }) => name);
    expect(addresses.some((name) => name.includes(token) || name.includes(sealedNumber))).to.equal(false);
    expect(stored()).not.to.contain(token);
  });
});

async function signOut(): Promise<void> {
  const { endpoint } = document.querySelector("uis-call-button") as unknown as { endpoint: string };
  const json = { "Content-Type": "application/json" };
  const options = {
    method: "POST",
    credentials: "include",
    headers: json,
    body: '{"tenant":"market"}',
  } as const;
  // A request without an identity token replaces the user's session with an anonymous session.
  await fetch(`${endpoint}/session?tenant=market`, options);
}
