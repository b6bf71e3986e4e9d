// axe-core is not an ES module: importing it sets a global variable.
import "axe-core";
import type Axe from "axe-core";
import { expect } from "chai";
import { CallButtonHarness, demoUrl, exchange, until } from "./call-button.harness.js";
import { UisCallButton } from "./define.js";

declare const axe: typeof Axe;

const PHONE = "8 (900) 000-00-01";
const FALLBACK = '<a href="tel:+74990000000">+7 499 000-00-00</a>';

describe("<uis-call-button>", () => {
  let button: CallButtonHarness;
  const create = async (...options: Parameters<typeof CallButtonHarness.create>) =>
    (button = await CallButtonHarness.create(...options));

  beforeEach(() => exchange.reset());
  afterEach(() => {
    button.remove();
    document.documentElement.lang = "en";
  });

  const requestsMade = () =>
    performance.getEntriesByType("resource").filter(({ name }) => name.startsWith(`${demoUrl}/api/`)).length;

  describe("before it is touched", () => {
    it("makes no request", async () => {
      const before = requestsMade();
      await create();
      await new Promise(requestAnimationFrame);
      expect(requestsMade()).to.equal(before);
    });

    it("shows a button in the language of the page, and the page's own label where there is one", async () => {
      document.documentElement.lang = "ru-RU";
      await create();
      expect(button.button.textContent.trim()).to.equal("Перезвоните мне");
      button.element.label = "Ring us";
      await button.element.updateComplete;
      expect(button.button.textContent.trim()).to.equal("Ring us");
      expect(button.showsFallback).to.equal(false);
    });

    it("speaks another language as soon as the page does, from wherever that says so", async () => {
      await create();
      document.documentElement.lang = "ru";
      await until(() => button.button.textContent.trim() === "Перезвоните мне");
      document.body.lang = "de";
      await until(() => button.button.textContent.trim() === "Rückruf anfordern");
      document.body.removeAttribute("lang");
      await until(() => button.button.textContent.trim() === "Перезвоните мне");
      button.element.lang = "kz";
      await until(() => button.button.textContent.trim() === "Маған қоңырау шалыңыз");
    });

    it("takes the name of a country for its language", async () => {
      await create({ locale: "kz" });
      expect(button.button.textContent.trim()).to.equal("Маған қоңырау шалыңыз");
      button.element.locale = "cn";
      await button.element.updateComplete;
      expect(button.button.textContent.trim()).to.equal("给我回电");
    });

    it("prefers its own locale, and English where it does not have the language", async () => {
      document.documentElement.lang = "ru";
      await create({ locale: "fi" });
      expect(button.button.textContent.trim()).to.equal("Call me back");
    });

    it("shows what the page put inside when it has no tenant or target to call", async () => {
      await create({ tenant: "" }, FALLBACK);
      expect(button.showsFallback).to.equal(true);
      expect(button.has("button")).to.equal(false);
    });
  });

  describe("opened", () => {
    it("shows a labelled field and puts the focus there", async () => {
      await create();
      await button.open();
      expect(button.focused).to.equal(button.phone);
      expect(button.phone.labels?.[0]?.textContent).to.equal("Your phone number");
      expect(button.phone.autocomplete).to.equal("tel");
      expect(button.phone.inputMode).to.equal("tel");
      expect(button.button.getAttribute("aria-expanded")).to.equal("true");
    });

    it("closes on Escape and gives the focus back to the button", async () => {
      await create();
      await button.open();
      button.phone.dispatchEvent(
        new KeyboardEvent("keydown", { key: "Escape", bubbles: true, composed: true }),
      );
      await button.element.updateComplete;
      expect(button.element.open).to.equal(false);
      expect(button.panel.hidden).to.equal(true);
      expect(button.focused).to.equal(button.button);
    });

    it("says so, and dispatches its event outside any shadow root", async () => {
      const opened = new Promise((resolve) =>
        document.addEventListener("uis-call-open", resolve, { once: true }),
      );
      await create();
      button.element.show();
      await opened;
    });

    it("does not open when disabled", async () => {
      await create({ disabled: true });
      button.element.show();
      expect(button.element.open).to.equal(false);
      expect(button.button.disabled).to.equal(true);
    });

    it("shows the page's link and offers another try when the backend cannot be reached", async () => {
      await create({ endpoint: "http://localhost:9/api" }, FALLBACK);
      button.button.click();
      await until(() => button.errors.includes("network"));
      await button.element.updateComplete;
      expect(button.error).to.equal("No response from our server. Please try again.");
      expect(button.showsFallback).to.equal(true);
      expect(button.again.textContent.trim()).to.equal("Try again");
      button.element.endpoint = `${demoUrl}/api`;
      button.again.click();
      await button.ready();
    });

    it("explains itself when the tenant does not know the page", async () => {
      await create({ tenant: "missing" }, FALLBACK);
      button.button.click();
      await until(() => button.error !== "");
      expect(button.error).to.equal("Callback isn't available on this page.");
      expect(button.showsFallback).to.equal(true);
    });
  });

  describe("submitted", () => {
    it("rings both phones and follows the call to its end", async () => {
      await create({ variables: { product: "tea" } });
      await button.open();
      // Each call uses a new number: a second call to the same number would announce an opt-out code, which takes time.
      button.type("8 (900) 000-00-91");
      button.submit();
      await until(() => button.status === "We are calling. Keep your phone nearby.");
      expect(button.button.textContent.trim()).to.equal("Calling…");
      await exchange.pick("office", "answer");
      await exchange.pick("visitor", "answer");
      expect(button.heading).to.equal("Request a call");
      await until(() => button.status === "You are connected. Enjoy your call!", 9000);
      expect(button.heading).to.equal("Connected");
      expect(button.calls.map(({ status }) => status)).to.deep.equal(["dialing", "placed"]);
      const [placed] = await exchange.placed();
      expect(placed?.legs.map(({ number }) => number)).to.deep.equal(["79000000101", "79000000091"]);
    });

    it("tells when the call was not answered, and can call again with a new key", async () => {
      await create();
      await button.open();
      button.type(PHONE);
      button.submit();
      await exchange.pick("office", "decline");
      await until(() => button.status.startsWith("The call couldn't be connected"));
      expect(button.heading).to.equal("Not connected");
      button.again.click();
      await until(() => button.has("form"));
      button.submit();
      await until(async () => (await exchange.placed()).length === 2);
    });

    it("makes one call of impatient clicks", async () => {
      await create();
      await button.open();
      button.type(PHONE);
      for (let click = 0; click < 5; click++) button.submit();
      await until(() => button.calls.length > 0);
      expect(await exchange.placed()).to.have.length(1);
    });

    it("keeps the focus in the panel when the form gives way to the status", async () => {
      await create();
      await button.open();
      button.type(PHONE);
      button.submitButton.focus();
      button.submit();
      await until(() => button.focused === button.panel);
    });

    it("leaves the focus where the visitor has put it meanwhile", async () => {
      const field = document.createElement("input");
      document.body.append(field);
      try {
        await create();
        await button.open();
        button.type(PHONE);
        button.submit();
        field.focus();
        await until(() => button.calls.length > 0);
        await button.element.updateComplete;
        await new Promise(requestAnimationFrame);
        expect(document.activeElement === field).to.equal(true);
      } finally {
        field.remove();
      }
    });

    it("asks for a number before it asks the backend", async () => {
      await create();
      await button.open();
      button.submit();
      await until(() => button.error === "Enter your phone number.");
      expect(button.phone.getAttribute("aria-invalid")).to.equal("true");
      expect(button.focused).to.equal(button.phone);
      expect(await exchange.placed()).to.deep.equal([]);
    });

    it("ties the backend's complaint about a number to the field, and takes the mended one", async () => {
      await create({ locale: "ru" });
      await button.open();
      button.type("12");
      button.submit();
      await until(() => button.error === "Похоже, номер введён не полностью.");
      const describedBy = button.phone.getAttribute("aria-describedby")?.split(" ") ?? [];
      const described = describedBy.map((id) =>
        button.element.shadowRoot?.getElementById(id)?.textContent.trim(),
      );
      expect(described).to.include("Похоже, номер введён не полностью.");
      button.type(PHONE);
      button.submit();
      await until(() => button.calls.length > 0);
    });

    it("is not sent when the page says no", async () => {
      await create();
      button.element.addEventListener("uis-call-submit", (event) => {
        expect(event.callTarget).to.equal("sales");
        event.preventDefault();
      });
      await button.open();
      button.type(PHONE);
      button.submit();
      await new Promise(requestAnimationFrame);
      expect(await exchange.placed()).to.deep.equal([]);
    });

    it("can be done by the page", async () => {
      await create();
      await button.element.call(PHONE);
      await until(async () => (await exchange.placed()).length === 1);
    });

    it("can be done by the page once more when the last call is over", async () => {
      await create();
      await button.element.call(PHONE);
      await exchange.pick("office", "decline");
      await until(() => button.calls.at(-1)?.status === "failed");
      await button.element.call("8 900 000-00-92");
      await until(async () => (await exchange.placed()).length === 2);
    });

    it("goes on while it is closed, and while it is off the page", async () => {
      await create();
      await button.open();
      button.type(PHONE);
      button.submit();
      await until(() => button.calls.length > 0);
      button.element.hide();
      button.remove();
      document.body.append(button.element);
      await exchange.pick("office", "decline");
      await until(() => button.calls.at(-1)?.status === "failed");
    });
  });

  describe("with a tenant that asks for consent", () => {
    it("has an unticked box with the tenant's words and the policy, and sends nothing without it", async () => {
      await create({ tenant: "strict" });
      await button.open();
      expect(button.consent.checked).to.equal(false);
      expect(button.consent.labels?.[0]?.textContent.trim()).to.equal("I agree to be called back");
      expect(button.has("[part~=consent] a[href$='/privacy.html'][rel=noopener]")).to.equal(true);
      button.type(PHONE);
      button.submit();
      await until(() => button.error === "Please tick the box so that we can call you.");
      expect(button.focused).to.equal(button.consent);
      expect(await exchange.placed()).to.deep.equal([]);
      button.consent.click();
      button.submit();
      await until(() => button.calls.length > 0);
    });

    it("is unticked again after a change of tenant", async () => {
      await create({ tenant: "strict" });
      await button.open();
      button.consent.click();
      button.element.tenant = "demo";
      await button.element.updateComplete;
      button.element.tenant = "strict";
      await button.element.updateComplete;
      button.phone.dispatchEvent(new FocusEvent("focusin", { bubbles: true, composed: true }));
      await button.ready();
      expect(button.consent.checked).to.equal(false);
    });
  });

  describe("whose page changes its mind", () => {
    it("speaks another language with the panel open, in the words of the backend, too", async () => {
      await create({ tenant: "strict" });
      await button.open();
      document.documentElement.lang = "ru";
      await until(() => button.phone.labels?.[0]?.textContent === "Ваш номер телефона");
      await until(() => (button.consent.labels?.[0]?.textContent.trim() ?? "").startsWith("Я согл"));
      expect(button.element.open).to.equal(true);
    });

    it("opens a session with the tenant it now names", async () => {
      await create();
      await button.open();
      button.element.hide();
      button.element.tenant = "strict";
      await button.element.updateComplete;
      await button.open();
      expect(button.consent.checked).to.equal(false);
    });
  });

  describe("inline", () => {
    it("shows the form at once, and asks the backend only when it is touched", async () => {
      const before = requestsMade();
      await create({ display: "inline" });
      expect(button.has("[part~=button]")).to.equal(false);
      expect(button.panel.hidden).to.equal(false);
      expect(requestsMade()).to.equal(before);
      button.phone.dispatchEvent(new FocusEvent("focusin", { bubbles: true, composed: true }));
      await button.ready();
    });

    it("keeps the focus when the form gives way to the status", async () => {
      await create({ display: "inline" });
      button.type(PHONE);
      button.submitButton.focus();
      await button.ready();
      button.submit();
      await until(() => button.focused === button.panel);
    });

    it("says that it cannot be used now", async () => {
      await create({ display: "inline", disabled: true });
      expect(button.submitButton.getAttribute("aria-disabled")).to.equal("true");
    });
  });

  describe("to assistive technology", () => {
    const violations = async () => {
      // Waits until the panel has faded in, because its contrast is lower before.
      const fading = button.element.shadowRoot?.getAnimations() ?? [];
      await Promise.all(fading.filter((one) => one instanceof CSSTransition).map(({ finished }) => finished));
      const found = await axe.run(document.body, { rules: { region: { enabled: false } } });
      return found.violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)]);
    };

    it("has no violation closed, open, with an error, while calling, and after", async () => {
      await create({ tenant: "strict" });
      expect(await violations(), "closed").to.deep.equal([]);
      await button.open();
      expect(await violations(), "open").to.deep.equal([]);
      button.submit();
      await until(() => button.error !== "");
      expect(await violations(), "error").to.deep.equal([]);
      button.type(PHONE);
      button.consent.click();
      button.submit();
      await until(() => button.calls.length > 0);
      expect(await violations(), "calling").to.deep.equal([]);
      await exchange.pick("office", "decline");
      await until(() => button.has("[part~=panel] > [part~=submit]"));
      expect(await violations(), "over").to.deep.equal([]);
    });

    it("has its live region before there is anything to say", async () => {
      await create();
      await button.open();
      expect(button.has("[role=status]")).to.equal(true);
      expect(button.status).to.equal("");
    });
  });
});

describe("an endpoint that is no address", () => {
  const ENDPOINTS = ["http://localhost:port/api", "https://calls.example.com:99999/api", "https://"];
  for (const endpoint of ENDPOINTS) {
    it(`shows the page's own content, and is told of once: ${endpoint}`, async () => {
      const told: string[] = [];
      const { error } = console;
      console.error = (line: string) => told.push(line);
      const element = new UisCallButton();
      Object.assign(element, { endpoint, tenant: "demo", target: "sales" });
      element.innerHTML = '<a href="tel:+74990000000">+7 499 000-00-00</a>';
      document.body.append(element);
      try {
        await element.updateComplete;
        await element.call("+79000000001");
        await element.updateComplete;
        expect([element.open, element.querySelector("a")?.checkVisibility()]).to.deep.equal([false, true]);
        expect(told).to.have.length(1);
        expect(told[0]).to.contain(`"endpoint"`);
      } finally {
        console.error = error;
        element.remove();
      }
    });
  }
});

describe("Lit in these tests", () => {
  it("is the one that ships, not its development build", () => {
    expect("enabledWarnings" in UisCallButton).to.equal(false);
  });
});

describe("a second definition", () => {
  it("is harmless", async () => {
    // Browsers load a different URL as a different module, so the class in it is not the registered class.
    const again = "./define.js?again";
    await import(again);
    expect(customElements.get("uis-call-button")).to.not.equal(undefined);
  });
});
