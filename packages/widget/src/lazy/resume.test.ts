import { expect } from "chai";
import { CallButtonHarness, exchange, foreignUrl, stored, until } from "../call-button.harness.js";

const CALLING = "We are calling. Keep your phone nearby.";

describe("a call under way when the page is loaded again", () => {
  let button: CallButtonHarness;
  let last = 0;

  beforeEach(() => exchange.reset());
  afterEach(() => button.remove());

  /** Simulates a reload of the page by replacing the button. Like a reload, this keeps only what has been stored. */
  const reload = async (...options: Parameters<typeof CallButtonHarness.create>) => {
    button.leave();
    button = await CallButtonHarness.create(...options);
  };
  const call = async (...options: Parameters<typeof CallButtonHarness.create>) => {
    button = await CallButtonHarness.create(...options);
    await button.open();
    button.type(`8 900 000-03-${String((last += 1)).padStart(2, "0")}`);
    button.submit();
    await until(() => button.calls.length > 0);
  };

  it("is shown again, and followed to its end, without being asked for", async () => {
    await call();
    await reload();
    await until(() => button.button.textContent.trim() === "Calling…");
    expect(button.element.open).to.equal(false);
    await until(() => button.status === CALLING);
    await exchange.pick("office", "decline");
    await until(() => button.calls.at(-1)?.status === "failed");
    expect(await exchange.placed()).to.have.length(1);
  });

  it("leaves nothing behind once it is over, and the form again to the next", async () => {
    await call();
    await reload();
    await until(() => button.calls.length > 0);
    await exchange.pick("office", "decline");
    await until(() => button.calls.at(-1)?.status === "failed");
    expect(stored()).not.to.contain("uis-call");
    button.button.click();
    await button.element.updateComplete;
    button.again.click();
    await until(() => button.has("form"));
    await until(() => button.focused === button.phone);
    button.submit();
    await button.ready();
  });

  it("is kept by its id under tenant and target, and by no number or token", async () => {
    await call();
    const id = button.calls[0]?.id;
    expect(Object.entries(sessionStorage)).to.deep.equal([['uis-call:["demo","sales",""]', id]]);
  });

  it("is not kept where the session ends with the page", async () => {
    await call({ endpoint: `${foreignUrl}/api` });
    expect(stored()).not.to.contain("uis-call");
  });

  it("is forgotten where it is another visitor's, and no word is said of it", async () => {
    sessionStorage.setItem('uis-call:["demo","sales",""]', crypto.randomUUID());
    button = await CallButtonHarness.create();
    await until(() => !stored().includes("uis-call"));
    expect(button.errors).to.deep.equal([]);
    expect(button.button.textContent.trim()).to.equal("Call me back");
  });

  it("is forgotten without an error where the page allows no storage", async () => {
    const { sessionStorage: storage } = window;
    Object.defineProperty(window, "sessionStorage", {
      configurable: true,
      get: () => {
        throw new DOMException("denied", "SecurityError");
      },
    });
    try {
      await call();
      await reload();
      await button.open();
    } finally {
      Object.defineProperty(window, "sessionStorage", { configurable: true, value: storage });
    }
  });
});

describe("a call that is not sent yet", () => {
  let button: CallButtonHarness;
  afterEach(() => button.remove());

  it("can be taken back, also after the page was loaded again", async () => {
    for (const reloads of [false, true]) {
      button = await CallButtonHarness.create({ tenant: "cut-off" });
      await button.open();
      button.type(reloads ? "8 900 000-04-01" : "8 900 000-04-02");
      button.submit();
      await until(() => button.calls.at(-1)?.status === "waiting");
      if (reloads) {
        button.leave();
        button = await CallButtonHarness.create({ tenant: "cut-off" });
        button.element.show();
        await until(() => button.calls.at(-1)?.status === "waiting");
      }
      await until(() => button.has("[part~=cancel]"));
      button.cancel.click();
      await until(() => button.status === "The call was cancelled.");
      await until(() => button.focused === button.panel);
      button.remove();
    }
  });
});

describe("a visitor without a connection", () => {
  let button: CallButtonHarness;
  const connected = (onLine: boolean): void => {
    Object.defineProperty(navigator, "onLine", { configurable: true, get: () => onLine });
    window.dispatchEvent(new Event(onLine ? "online" : "offline"));
  };
  afterEach(() => {
    connected(true);
    Reflect.deleteProperty(navigator, "onLine");
    button.remove();
  });

  it("is told so, and how to reach the tenant by telephone, until it is back", async () => {
    button = await CallButtonHarness.create({}, '<a href="tel:+74990000000">+7 499 000-00-00</a>');
    await button.open();
    connected(false);
    await until(() => button.error === "You're offline. Try again when you're back online.");
    expect(button.showsFallback).to.equal(true);
    connected(true);
    await until(() => button.error === "");
    expect(button.showsFallback).to.equal(false);
  });
});
