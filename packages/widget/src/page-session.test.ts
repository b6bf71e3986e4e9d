import { expect } from "chai";
import {
  CallButtonHarness,
  demoUrl,
  disturb,
  exchange,
  noAnswer,
  refusal,
  stored,
  tokenOf,
  until,
} from "./call-button.harness.js";
import { TIMES } from "./in-time.js";
import type { UisCallButton } from "./uis-call-button.js";

const OFFICE = "79000000101";

describe("the buttons of a page", () => {
  const buttons: CallButtonHarness[] = [];
  /** Bodies of the requests that open a session. */
  let opened: { token?: string; bearer?: boolean }[];
  /** Whether the test simulates a browser that keeps no cookies. */
  let cookieless: boolean;
  let last = 0;
  const { answer } = TIMES;
  const fetch = window.fetch.bind(window);

  beforeEach(() => {
    [opened, cookieless] = [[], false];
    window.fetch = async (input, init) => {
      const sent = { ...init, ...(cookieless && { credentials: "omit" as const }) };
      const request = new Request(input, sent);
      if (request.method === "POST" && new URL(request.url).pathname.endsWith("/session"))
        opened.push((await request.json()) as (typeof opened)[number]);
      return fetch(input, sent);
    };
  });
  afterEach(() => {
    window.fetch = fetch;
    TIMES.answer = answer;
    for (const button of buttons.splice(0)) button.remove();
  });

  const create = async (properties: Partial<UisCallButton>, content = "") => {
    const button = await CallButtonHarness.create({ tenant: "market", ...properties }, content);
    buttons.push(button);
    return button;
  };
  const nextPhone = (): string => `+790000009${String((last += 1)).padStart(2, "0")}`;
  const tokenFor = (sub: string, phone: string) => tokenOf("identity", { sub, phone });
  const connects = (visitor: string, office = OFFICE) =>
    until(async () =>
      (await exchange.asked()).some(([numa, numc]) => `+${String(numa)}` === visitor && numc === office),
    );
  const label = (button: CallButtonHarness) => button.button.textContent.trim();

  it("use one session and one identity token, though each has a function of its own", async () => {
    let asked = 0;
    const phone = nextPhone();
    for (let row = 0; row < 50; row += 1) {
      await create({
        target: "account",
        reference: `row-${String(row)}`,
        identity: () => {
          asked += 1;
          return tokenFor("op-rows", phone);
        },
      });
    }
    // Opens some buttons at the same time and the others one after another.
    await Promise.all(buttons.slice(0, 5).map((button) => button.open()));
    for (const button of buttons.slice(5)) await button.open();
    buttons[49]?.submit();
    await connects(phone);
    expect([asked, opened.length]).to.deep.equal([1, 1]);
  });

  it("that have the same token use it once, and one with another token has a session of its own", async () => {
    const [anna, boris] = [nextPhone(), nextPhone()];
    const [first, second] = [await tokenFor("anna", anna), await tokenFor("boris", boris)];
    const rows = [
      await create({ target: "account", token: first, reference: "1" }),
      await create({ target: "account", token: second, reference: "2" }),
      await create({ target: "account", token: first, reference: "3", locale: "ru" }),
      await create({ target: "account", token: second, reference: "4" }),
    ];
    for (const row of rows) await row.open();
    expect(opened.map(({ token, bearer }) => [token, bearer])).to.deep.equal([
      [first, undefined],
      [second, true],
    ]);
    rows[3]?.submit();
    await connects(boris);
    rows[0]?.submit();
    await connects(anna);
    await until(() => rows[0] !== undefined && label(rows[0]) === "Calling…");
    expect(opened).to.have.length(2);
    // The second session uses a bearer token and ends with the page, so its call is not stored.
    expect(Object.keys(sessionStorage).filter((key) => key.includes('"4"'))).to.deep.equal([]);
    expect(Object.keys(sessionStorage).filter((key) => key.includes('"1"'))).to.have.length(1);
  });

  it("of one matter do not show another user's call, on this page and after a reload", async () => {
    const phone = nextPhone();
    const anna = async () => create({ target: "account", token: await tokenFor("anna-2", phone) });
    const first = await anna();
    await first.open();
    first.submit();
    await until(() => label(first) === "Calling…");
    expect(stored()).to.contain("uis-call").and.not.to.contain("anna-2");
    for (const reloaded of [false, true]) {
      if (reloaded) {
        first.leave();
        // The next page has another token of the same user.
        const again = await anna();
        await until(() => label(again) === "Calling…");
      }
      const others = [
        await create({ target: "account", token: await tokenFor("boris-2", nextPhone()) }),
        await create({ target: "account", identity: () => tokenFor("boris-2", nextPhone()) }),
        await create({ target: "account" }),
      ];
      for (const button of others) {
        await button.open();
        expect([label(button), button.calls]).to.deep.equal(["Call me back", []]);
        button.leave();
      }
    }
  });

  it("do not call for a user whose buttons have all left the page", async () => {
    const [former, present] = [nextPhone(), nextPhone()];
    const help = await create({ target: "account", identity: () => tokenFor("former", former) });
    await help.open();
    const anybody = await create({ target: "supplier" });
    await anybody.open();
    expect(opened).to.have.length(1);
    help.leave();
    const next = await create({ target: "account", identity: () => tokenFor("present", present) });
    await next.open();
    next.submit();
    await connects(present);
    expect(opened).to.have.length(2);
    // The button that was opened before must use the session of the present user now.
    anybody.submit();
    await until(() => anybody.phone.getAttribute("aria-invalid") === "true");
    expect(opened).to.have.length(2);
    expect((await exchange.asked()).some(([numa]) => numa === former.slice(1))).to.equal(false);
  });

  it("call by token where the browser keeps no cookie, and go on so", async () => {
    cookieless = true;
    // Uses another spelling of the URL, because the page remembers by URL which backends' cookies are not sent back.
    const named = { tenant: "demo", endpoint: `${demoUrl}/./api` };
    const [one, other] = [
      await create({ ...named, reference: "1" }),
      await create({ ...named, reference: "2" }),
    ];
    for (const button of [one, other]) {
      await button.open();
      const phone = nextPhone();
      button.type(phone);
      button.submit();
      await connects(phone);
    }
    expect(opened.map(({ bearer }) => bearer)).to.deep.equal([undefined, true]);
    await exchange.pick("office", "decline");
    await until(() => other.calls.at(-1)?.status === "failed");
    expect(Object.keys(sessionStorage).filter((key) => key.includes("demo"))).to.deep.equal([]);
  });

  it("open another session by cookie where the backend has none by token", async () => {
    const button = await create({ tenant: "demo" });
    await button.open();
    disturb("POST", /\/calls$/, refusal(401, "session_required"));
    disturb("POST", /\/session$/, refusal(422, "invalid_request", "bearer"));
    const phone = nextPhone();
    button.type(phone);
    button.submit();
    await connects(phone);
    expect(opened.map(({ bearer }) => bearer)).to.deep.equal([undefined, true, undefined]);
  });

  it("stop waiting for an identity that never comes, and show the page's own content", async () => {
    TIMES.answer = 100;
    const button = await create(
      { target: "account", identity: () => new Promise(() => undefined) },
      '<a href="tel:+74990000000">+7 499 000-00-00</a>',
    );
    button.button.click();
    await until(() => button.errors.includes("network"));
    await button.element.updateComplete;
    expect([button.showsFallback, opened]).to.deep.equal([true, []]);
    button.element.identity = () => tokenFor("late", nextPhone());
    await button.element.updateComplete;
    TIMES.answer = answer;
    button.again.click();
    await button.ready();
  });

  describe("where one user follows another in the tab", () => {
    const account = (sub: string, phone: string) => ({
      target: "account",
      identity: () => tokenFor(sub, phone),
    });
    const next = async (...[properties]: Parameters<typeof create>) => {
      const button = await create(properties);
      // Longer than it takes to read a stored call.
      await new Promise((resolve) => setTimeout(resolve, 300));
      await button.open();
      return button;
    };
    const calling = async (properties: Partial<UisCallButton>) => {
      const button = await create(properties);
      await button.open();
      if (button.has("[part~=phone]")) button.type(nextPhone());
      button.submit();
      await until(() => button.calls.length > 0);
      return button;
    };

    it("show no call of the former", async () => {
      const anna = await calling(account("anna-5", nextPhone()));
      expect(stored()).to.contain("uis-call");
      anna.leave();
      const boris = await next(account("boris-5", nextPhone()));
      expect([label(boris), boris.calls, boris.has("form")]).to.deep.equal(["Call me back", [], true]);
    });

    it("show the same user's call again", async () => {
      const phone = nextPhone();
      const anna = await calling(account("anna-6", phone));
      anna.leave();
      const again = await create(account("anna-6", phone));
      await until(() => label(again) === "Calling…");
      await until(() => again.calls.length > 0);
    });

    it("keep no call of a known user under no name", async () => {
      const menu = await create(account("anna-7", nextPhone()));
      await menu.open();
      const unnamed = await calling({ target: "account", reference: "unnamed" });
      expect(opened).to.have.length(1);
      expect(stored()).not.to.contain("unnamed");
      menu.leave();
      unnamed.leave();
      const boris = await next({ target: "account", reference: "unnamed" });
      expect([label(boris), boris.calls]).to.deep.equal(["Call me back", []]);
    });
  });

  it("that were put aside do not fight over the cookie when they come back", async () => {
    const unnamed = await create({ target: "supplier" });
    await unnamed.open();
    unnamed.leave();
    const phone = nextPhone();
    const named = await create({ target: "account", identity: () => tokenFor("kept", phone) });
    await named.open();
    document.body.append(unnamed.element);
    unnamed.button.click();
    await unnamed.ready();
    unnamed.type(nextPhone());
    unnamed.submit();
    // The sealed number is missing.
    await until(() => unnamed.error !== "");
    named.submit();
    await connects(phone);
    expect(opened).to.have.length(2);
  });

  describe("whose page sets another token", () => {
    it("keep session and call while it says the same", async () => {
      const phone = nextPhone();
      const button = await create({ target: "account", token: await tokenFor("same", phone) });
      await button.open();
      button.submit();
      await until(() => label(button) === "Calling…");
      button.element.token = await tokenFor("same", phone);
      await button.element.updateComplete;
      expect([label(button), button.has("form")]).to.deep.equal(["Calling…", false]);
      expect(opened).to.have.length(1);
    });

    it("open the next session with the new one", async () => {
      const phone = nextPhone();
      const button = await create({ target: "account", token: await tokenFor("same-2", phone) });
      await button.open();
      const token = await tokenFor("same-2", phone);
      button.element.token = token;
      await button.element.updateComplete;
      disturb("POST", /\/calls$/, refusal(403, "csrf_failed"));
      button.submit();
      await connects(phone);
      expect(opened.at(-1)?.token).to.equal(token);
    });

    it("have another session where it says something else of the same user", async () => {
      const [former, present] = [nextPhone(), nextPhone()];
      const button = await create({ target: "account", token: await tokenFor("same-3", former) });
      await button.open();
      button.element.token = await tokenFor("same-3", present);
      await button.element.updateComplete;
      button.submit();
      await connects(present);
      expect(opened).to.have.length(2);
    });
  });

  it("in two languages use one session and one identity token", async () => {
    let asked = 0;
    const phone = nextPhone();
    const identity = () => {
      asked += 1;
      return tokenFor("polyglot", phone);
    };
    const [english, russian] = [
      await create({ target: "account", reference: "en", locale: "en", identity }),
      await create({ target: "account", reference: "ru", locale: "ru", identity }),
    ];
    await english.open();
    await russian.open();
    expect([asked, opened.length]).to.deep.equal([1, 1]);
    disturb("POST", /\/calls$/, refusal(403, "csrf_failed"));
    english.submit();
    await connects(phone);
    expect([asked, opened.length]).to.deep.equal([2, 2]);
  });

  it("in two languages open an outdated session once more, whichever notices", async () => {
    const [english, russian] = [
      await create({ tenant: "demo", reference: "en", locale: "en" }),
      await create({ tenant: "demo", reference: "ru", locale: "ru" }),
    ];
    await english.open();
    await russian.open();
    const before = opened.length;
    disturb("POST", /\/calls$/, refusal(422, "invalid_request", "at"));
    english.type(nextPhone());
    english.submit();
    await until(() => english.error !== "");
    expect(opened.length).to.equal(before + 1);
  });

  describe("whose functions return no text", () => {
    let told: string[];
    const { error } = console;
    beforeEach(() => {
      told = [];
      console.error = (line: string) => told.push(line);
    });
    afterEach(() => (console.error = error));
    const answering = (value: unknown) => () => Promise.resolve(value as string);

    for (const value of [{ token: "a" }, ["a"], true]) {
      it(`name the function in the console: ${JSON.stringify(value)}`, async () => {
        const button = await create({
          target: "supplier",
          reference: "returned",
          identity: answering(value),
          sealedNumber: answering(value),
        });
        await button.open();
        button.type(nextPhone());
        button.submit();
        await until(() => button.error !== "");
        expect(told.map((line) => /"(\w+\(\))"/.exec(line)?.[1])).to.deep.equal([
          "identity()",
          "sealedNumber()",
        ]);
        expect(opened).to.deep.equal([{ tenant: "market" }]);
      });
    }
  });

  describe("with a function as sealed number", () => {
    let sealed: number;
    const supplier = (phone: string) => () => {
      sealed += 1;
      return tokenOf("sealed", { target: "supplier", phone });
    };
    beforeEach(() => (sealed = 0));

    it("ask it when the button is used, and not before", async () => {
      const [buyer, number] = [nextPhone(), nextPhone()];
      const button = await create({ target: "supplier", sealedNumber: supplier(number) });
      await button.open();
      for (let render = 0; render < 3; render += 1) {
        button.element.sealedNumber = supplier(number);
        await button.element.updateComplete;
      }
      expect([button.element.open, sealed]).to.deep.equal([true, 0]);
      button.type(buyer);
      button.submit();
      await connects(buyer, number.slice(1));
      expect(sealed).to.equal(1);
    });

    it("repeat a lost request as it was, and a refused one with another number", async () => {
      const [buyer, number] = [nextPhone(), nextPhone()];
      const keys = new Set<string | null>();
      const requests = window.fetch.bind(window);
      window.fetch = (input, init) => {
        const request = new Request(input, init);
        if (request.url.includes("/calls?")) keys.add(request.headers.get("Idempotency-Key"));
        return requests(input, init);
      };
      const button = await create({
        target: "supplier",
        reference: "ad-1",
        sealedNumber: supplier(number),
      });
      await button.open();
      button.type(buyer);
      const submitAfter = async (failure: () => Response | Promise<Response>) => {
        const { length } = button.errors;
        disturb("POST", /\/calls$/, failure);
        button.submit();
        await until(() => button.errors.length > length);
        await button.element.updateComplete;
      };
      await submitAfter(noAnswer);
      await submitAfter(noAnswer);
      expect([sealed, keys.size]).to.deep.equal([1, 1]);
      await submitAfter(refusal(422, "sealed_number_expired", "sealedNumber"));
      button.submit();
      await connects(buyer, number.slice(1));
      expect([sealed, keys.size]).to.deep.equal([2, 2]);
    });

    it("do not ring the former row's number where no reference tells the rows apart", async () => {
      const [buyer, former, present] = [nextPhone(), nextPhone(), nextPhone()];
      const told: unknown[] = [];
      const { warn } = console;
      console.warn = (line: unknown) => told.push(line);
      const button = await create({ target: "supplier", sealedNumber: supplier(former) });
      await button.open();
      button.type(buyer);
      disturb("POST", /\/calls$/, noAnswer);
      button.submit();
      await until(() => button.errors.length > 0);
      await button.element.updateComplete;
      button.element.sealedNumber = supplier(present);
      await button.element.updateComplete;
      button.submit();
      await connects(buyer, present.slice(1));
      console.warn = warn;
      expect((await exchange.asked()).map(([, numc]) => numc)).not.to.contain(former.slice(1));
      expect(told.filter((line) => String(line).includes("reference"))).to.have.length(1);
    });

    it("stop waiting for one that never comes, and show the page's own content", async () => {
      const button = await create(
        { target: "supplier", sealedNumber: () => new Promise(() => undefined) },
        '<a href="tel:+74990000000">+7 499 000-00-00</a>',
      );
      await button.open();
      TIMES.answer = 100;
      const phone = nextPhone();
      button.type(phone);
      button.submit();
      await until(() => button.errors.includes("network"));
      await button.element.updateComplete;
      expect([button.showsFallback, button.has("form")]).to.deep.equal([true, true]);
      expect((await exchange.asked()).map(([numa]) => numa)).not.to.contain(phone.slice(1));
    });
  });
});
