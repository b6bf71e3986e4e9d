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
import type { UisCallButton } from "./uis-call-button.js";

const EVENTS = ["uis-call-open", "uis-call-submit", "uis-call-status", "uis-call-error"] as const;
const CUSTOMERS = { anna: "+79000000611", boris: "+79000000612" };

describe("a button that says what its call is about", () => {
  const buttons: CallButtonHarness[] = [];
  let last = 0;

  /** Function that runs after the element has sent a request for a call and before the backend receives it. */
  let beforeCalls: (request: Request) => Promise<void>;
  const fetch = window.fetch.bind(window);

  beforeEach(async () => {
    await exchange.reset();
    beforeCalls = () => Promise.resolve();
    window.fetch = async (input, init) => {
      const request = new Request(input, init);
      if (request.method === "POST" && new URL(request.url).pathname.endsWith("/calls"))
        await beforeCalls(request);
      return fetch(input, init);
    };
  });
  afterEach(() => {
    window.fetch = fetch;
    for (const button of buttons.splice(0)) button.remove();
  });

  const create = async (properties: Partial<UisCallButton>) => {
    const button = await CallButtonHarness.create(properties);
    buttons.push(button);
    return button;
  };
  const nextPhone = (): string => `8 900 000-05-${String((last += 1)).padStart(2, "0")}`;
  const submit = (button: CallButtonHarness) => {
    button.type(nextPhone());
    button.submit();
  };
  const call = async (button: CallButtonHarness) => {
    const { length } = button.calls;
    await button.open();
    submit(button);
    await until(() => button.calls.length > length);
  };
  const turn = async (button: CallButtonHarness, properties: Partial<UisCallButton>) => {
    Object.assign(button.element, properties);
    await button.element.updateComplete;
  };
  const sealed = (target: string, phone: string) => tokenOf("sealed", { target, phone });
  const operator = () => tokenOf("identity", { sub: "op-1", phone: "+79000000505" });
  const label = (button: CallButtonHarness) => button.button.textContent.trim();
  const requests = (path: string) =>
    performance.getEntriesByType("resource").filter(({ name }) => new URL(name).pathname.endsWith(path))
      .length;

  it("is not calling because the button of another deal is, before and after a reload", async () => {
    const anna = await create({ reference: "deal-1" });
    await call(anna);
    anna.element.hide();
    for (const reloaded of [false, true]) {
      if (reloaded) anna.leave();
      const boris = await create({ reference: "deal-2" });
      await boris.open();
      expect(boris.has("form")).to.equal(true);
      expect(boris.calls).to.deep.equal([]);
      expect(label(boris)).to.equal("Call me back");
      boris.leave();
    }
    const again = await create({ reference: "deal-1" });
    await until(() => label(again) === "Calling…");
  });

  it("is told from others whatever the references are made of", async () => {
    const [one, other] = ['","', "/%2F\ud800"] as const;
    await call(await create({ reference: one }));
    const names = [one, other, `${one}",""`, ""].map((reference) =>
      JSON.stringify(["demo", "sales", reference]),
    );
    expect(Object.keys(sessionStorage)).to.deep.equal([`uis-call:${names[0] ?? ""}`]);
    expect(new Set(names).size).to.equal(names.length);
    for (const reference of [other, ""]) expect(label(await create({ reference }))).to.equal("Call me back");
  });

  it("remembers nothing of a number that is sealed, where no reference says whose it is", async () => {
    const first = await create({ tenant: "market", target: "supplier" });
    await first.open();
    // Sets the reference after the first render, like a page that does not know it earlier.
    first.element.sealedNumber = await sealed("supplier", "+79000000404");
    submit(first);
    await until(() => first.calls.length > 0);
    expect(stored()).not.to.contain("uis-call");
    const next = await create({ tenant: "market", target: "supplier" });
    await next.open();
    expect(next.has("form")).to.equal(true);
    expect(next.calls).to.deep.equal([]);
  });

  it("remembers nothing of a call that a token alone says what it is about: another page's token may say another", async () => {
    const identity = (reference: string) => () =>
      tokenOf("identity", { sub: "op-1", phone: "+79000000505", reference });
    const named = { tenant: "market", target: "account" };
    const first = await create({ ...named, identity: identity("deal-1") });
    await first.open();
    first.submit();
    await until(() => first.calls.length > 0);
    expect(first.calls[0]?.reference).to.equal("deal-1");
    expect(stored()).not.to.contain("uis-call");
    first.leave();
    const next = await create({ ...named, identity: identity("deal-2") });
    await next.open();
    expect([label(next), next.calls]).to.deep.equal(["Call me back", []]);
  });

  it("sends it, as text whatever it is, and under another key than the one before", async () => {
    const keys = new Set<string | null>();
    const references: unknown[] = [];
    beforeCalls = async (request) => {
      keys.add(request.headers.get("Idempotency-Key"));
      references.push(((await request.json()) as { reference?: unknown }).reference);
    };
    const phone = nextPhone();
    const button = await create({});
    for (const reference of ["", "Сделка 17", 17 as unknown as string]) {
      await turn(button, { reference });
      disturb("POST", /\/calls$/, refusal(422, "phone_invalid"));
      await button.element.call(phone);
    }
    expect(references).to.deep.equal([undefined, "Сделка 17", "17"]);
    expect(keys.size).to.equal(3);
  });

  it("says in each of its events which button it is", async () => {
    const told: unknown[] = [];
    const tell = (event: GlobalEventHandlersEventMap[(typeof EVENTS)[number]]) => {
      told.push([event.type, event.callTarget, event.reference]);
    };
    for (const name of EVENTS) document.addEventListener(name, tell);
    try {
      const button = await create({ reference: "deal-3" });
      await button.open();
      disturb("POST", /\/calls$/, refusal(503, "overloaded"));
      submit(button);
      await until(() => button.errors.length > 0);
      await button.element.updateComplete;
      submit(button);
      await until(() => button.calls.length > 0);
      expect(button.calls[0]?.reference).to.equal("deal-3");
      expect(told).to.deep.equal(
        ["open", "submit", "error", "submit", "status"].map((name) => [
          `uis-call-${name}`,
          "sales",
          "deal-3",
        ]),
      );
    } finally {
      for (const name of EVENTS) document.removeEventListener(name, tell);
    }
  });

  describe("and that the page makes another button of", () => {
    it("shows nothing of the old one's call, closed, with the session it has, and takes it up with the old name", async () => {
      const button = await create({ reference: "deal-1" });
      await call(button);
      const sessions = requests("/session");
      await turn(button, { reference: "deal-2" });
      expect([label(button), button.element.open, button.has("form"), button.status]).to.deep.equal([
        "Call me back",
        false,
        true,
        "",
      ]);
      await exchange.pick("office", "answer");
      await button.open();
      expect(requests("/session")).to.equal(sessions);
      const { calls } = button;
      expect(calls).to.have.length(1);
      await turn(button, { reference: "deal-1" });
      await until(() => label(button) === "Calling…" && calls.length === 2);
      expect(calls[1]?.id).to.equal(calls[0]?.id);
      await exchange.pick("visitor", "decline");
      await until(() => calls.at(-1)?.status === "failed");
      expect(stored()).not.to.contain("uis-call");
    });

    it("tells nothing of the old one's call, and keeps the new one's beside it", async () => {
      const button = await create({ reference: "deal-1" });
      await call(button);
      await turn(button, { reference: "deal-2" });
      await call(button);
      expect(button.calls.map(({ reference }) => reference)).to.deep.equal(["deal-1", "deal-2"]);
      expect(Object.keys(sessionStorage)).to.have.length(2);
    });

    it("remembers a call for the old one that was on its way", async () => {
      const button = await create({ reference: "deal-1" });
      await button.open();
      beforeCalls = () => turn(button, { reference: "deal-2" });
      submit(button);
      await until(() => stored().includes("uis-call"));
      expect(stored()).to.contain("deal-1").and.not.to.contain("deal-2");
      expect(button.has("form")).to.equal(true);
      expect(button.calls).to.deep.equal([]);
      await turn(button, { reference: "deal-1" });
      await until(() => label(button) === "Calling…");
    });

    for (const slow of ["identity", "sealedNumber"]) {
      it(`calls no other than the one whose button was pressed, while ${slow} is asked`, async () => {
        const [anna, boris] = [
          await sealed("customer", CUSTOMERS.anna),
          await sealed("customer", CUSTOMERS.boris),
        ];
        let pressed = false;
        const becomeBoris = async () => {
          if (!pressed) await turn(button, { reference: "boris", sealedNumber: boris });
          pressed = true;
        };
        const button = await create({
          tenant: "market",
          target: "customer",
          reference: "anna",
          identity: async () => {
            if (slow === "identity") await becomeBoris();
            return operator();
          },
          sealedNumber: async () => {
            await becomeBoris();
            return anna;
          },
        });
        void button.element.call();
        await until(() => pressed);
        await button.ready();
        await new Promise((resolve) => setTimeout(resolve, 100));
        expect(await exchange.placed()).to.deep.equal([]);
        button.submit();
        await until(() => label(button) === "Calling…");
        const numbers = new Set((await exchange.asked()).flat());
        expect(numbers).to.deep.equal(new Set(["79000000612", "79000000505"]));
      });
    }

    it("calls no one where that happens as the form is sent, until it is sent again", async () => {
      const button = await create({
        tenant: "market",
        target: "supplier",
        reference: "lot-12",
        sealedNumber: await sealed("supplier", "+79000000404"),
      });
      await button.open();
      const another = { reference: "lot-13", sealedNumber: await sealed("supplier", "+79000000405") };
      button.element.addEventListener("uis-call-submit", () => Object.assign(button.element, another));
      button.type(nextPhone());
      await button.element.call();
      expect(await exchange.asked()).to.deep.equal([]);
      await button.element.call();
      await until(() => label(button) === "Calling…");
      expect(button.calls[0]?.reference).to.equal("lot-13");
      expect(new Set((await exchange.asked()).map(([, office]) => office))).to.deep.equal(
        new Set(["79000000405"]),
      );
    });

    it("is another one with another sealed number, where there is no reference", async () => {
      const button = await create({
        tenant: "market",
        target: "supplier",
        sealedNumber: await sealed("supplier", "+79000000404"),
      });
      await call(button);
      await until(() => label(button) === "Calling…");
      await turn(button, { sealedNumber: await sealed("supplier", "+79000000405") });
      expect([label(button), button.status]).to.deep.equal(["Call me back", ""]);
    });

    it("is the same one with the same number sealed anew, where the reference says so", async () => {
      for (const reference of ["lot-12", 0 as unknown as string]) {
        const button = await create({
          tenant: "market",
          target: "supplier",
          reference,
          sealedNumber: await sealed("supplier", "+79000000404"),
        });
        await call(button);
        await until(() => label(button) === "Calling…");
        await turn(button, { sealedNumber: await sealed("supplier", "+79000000404") });
        expect(label(button)).to.equal("Calling…");
      }
    });

    it("has the new target's form, with the session it has where the tenant is the same", async () => {
      const button = await create({ tenant: "museum" });
      await button.open();
      const sessions = requests("/session");
      expect(button.closed).to.contain("We're closed");
      await turn(button, { target: "tower" });
      await until(() => button.has("[part=closed]") && !button.has("[part=time]"));
      await turn(button, { target: "nothing" });
      await until(() => button.errors.includes("target_unknown"));
      await turn(button, { target: "sales" });
      await button.open();
      expect(requests("/session")).to.be.at.most(sessions + 1);
      await turn(button, { tenant: "demo" });
      await button.open();
      expect(button.closed).to.equal("");
    });

    it("stays open where the page opens it", async () => {
      const button = await create({ reference: "deal-1" });
      await button.open();
      await turn(button, { open: false });
      await turn(button, { reference: "deal-2", open: true });
      expect(button.element.open).to.equal(true);
    });
  });
});
