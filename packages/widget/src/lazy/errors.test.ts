import { expect } from "chai";
import {
  CallButtonHarness,
  demoUrl,
  disturb,
  exchange,
  noAnswer,
  refusal,
  until,
} from "../call-button.harness.js";
import { TIMES } from "../in-time.js";

describe("a backend that cannot be reached", () => {
  const buttons: CallButtonHarness[] = [];

  afterEach(() => buttons.splice(0).forEach((button) => button.remove()));

  /** Opens the panel of a button whose backend is down. */
  async function open(endpoint: string): Promise<CallButtonHarness> {
    const button = await CallButtonHarness.create({ endpoint });
    buttons.push(button);
    button.button.click();
    await until(() => button.errors.length > 0);
    return button;
  }

  it("is told of to the page's developer, once, with what to check, where it is of another origin", async () => {
    const { warn } = console;
    const warnings: string[] = [];
    const ours = ["http://localhost:11 could", `${location.origin} could`];
    console.warn = (text: string) => ours.some((one) => text.includes(one)) && warnings.push(text);
    try {
      await open(`${location.origin}/nothing`);
      await open("http://localhost:11/api");
      await open("http://localhost:11/api");
    } finally {
      console.warn = warn;
    }
    expect(warnings).to.have.length(1);
    expect(warnings[0])
      .to.match(/localhost:11 could not be reached.*origins list/)
      .and.contain(location.origin);
  });
});

describe("a consent that the backend began to ask for after the form was opened", () => {
  let button: CallButtonHarness;
  afterEach(() => button.remove());

  it("is asked for in the form", async () => {
    // As the tenant was before: without a consent box.
    disturb("POST", /\/session$/, withoutConsent);
    button = await CallButtonHarness.create({ tenant: "strict" });
    await button.open();
    expect(button.has("[part~=consent]")).to.equal(false);
    button.type("8 900 000-06-01");
    button.submit();
    await until(() => button.has("[part~=consent]"));
    await until(() => button.error === "Please tick the box so that we can call you.");
    button.consent.click();
    button.submit();
    await until(() => button.calls.length > 0);
  });

  it("that the form cannot ask for is told of in the panel, with the page's link", async () => {
    button = await CallButtonHarness.create({}, '<a href="tel:+74990000000">+7 499 000-00-00</a>');
    await button.open();
    button.type("8 900 000-06-02");
    disturb("POST", /\/calls$/, refusal(422, "consent_required", "consent"));
    button.submit();
    await until(() => button.error === "Please tick the box so that we can call you.");
    expect(button.showsFallback).to.equal(true);
  });

  const withoutConsent = async (): Promise<Response> => {
    // The next request is not answered by this function.
    await Promise.resolve();
    const request = {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: '{"tenant":"strict"}',
    };
    const answer = await fetch(`${demoUrl}/api/session?tenant=strict`, {
      ...request,
      credentials: "include",
    });
    const session = (await answer.json()) as { tenant: { consent?: unknown } };
    delete session.tenant.consent;
    return Response.json(session);
  };
});

describe("a backend that is away during a call", () => {
  const fetch = window.fetch.bind(window);
  const { poll } = TIMES;
  let button: CallButtonHarness;
  let isAway = false;
  beforeEach(() => {
    TIMES.poll = 50;
    window.fetch = (input, init) => {
      const { method, url } = new Request(input, init);
      return isAway && method === "GET" && url.includes("/calls/") ? noAnswer() : fetch(input, init);
    };
  });
  afterEach(() => {
    isAway = false;
    window.fetch = fetch;
    TIMES.poll = poll;
    button.remove();
  });

  it("is told of beside the call, with the page's link, until it is back", async () => {
    button = await CallButtonHarness.create({}, '<a href="tel:+74990000000">+7 499 000-00-00</a>');
    await button.open();
    isAway = true;
    button.type("8 900 000-06-03");
    button.submit();
    await until(() => button.showsFallback);
    const lost = "We've lost track of this call. If your phone doesn't ring, please try again.";
    expect([button.error, button.button.textContent.trim()]).to.deep.equal([lost, "Calling…"]);
    expect([button.status, button.errors]).to.deep.equal([
      "We are calling. Keep your phone nearby.",
      ["network"],
    ]);
    isAway = false;
    await until(() => !button.showsFallback);
    expect(button.error).to.equal("");
    await exchange.pick("office", "decline");
    await until(() => button.calls.at(-1)?.status === "failed");
  });
});

describe("a call that is answered by", () => {
  let button: CallButtonHarness;
  afterEach(() => button.remove());

  /** Returns the message that the visitor sees if the request for a call gets this HTTP response. */
  async function told(answer: () => Response): Promise<string> {
    button = await CallButtonHarness.create();
    await button.open();
    button.type("8 900 000-00-05");
    disturb("POST", /\/calls$/, answer);
    button.submit();
    await until(() => button.error !== "");
    return button.error;
  }

  it("another than the backend is told as what it is to the visitor: nobody was reached", async () => {
    const error = await told(() => Response.json({ code: "bad_gateway" }, { status: 502 }));
    expect(error).to.equal("No response from our server. Please try again.");
    expect(button.errors).to.deep.equal(["network"]);
  });

  it("a code without a text of its own, as for developers, is told as not working on this page", async () => {
    expect(await told(refusal(422, "invalid_request"))).to.equal("Callback isn't available on this page.");
    button.remove();
    expect(await told(refusal(403, "not_yet_invented"))).to.equal("Callback isn't available on this page.");
    expect(button.errors).to.deep.equal(["not_yet_invented"]);
  });
});

describe("a call that is kept", () => {
  let button: CallButtonHarness;
  afterEach(() => button.remove());

  /** Returns the heading and the message of a call that ends immediately in the given way. */
  async function told(end: object): Promise<string[]> {
    button = await CallButtonHarness.create({}, '<a href="tel:+74990000000">+7 499 000-00-00</a>');
    await button.open();
    button.type("8 900 000-00-07");
    const now = new Date().toISOString();
    const call = { id: crypto.randomUUID(), target: "sales", createdAt: now, updatedAt: now, ...end };
    disturb("POST", /\/calls$/, () => Response.json(call, { status: 201 }));
    button.submit();
    await until(() => button.status !== "");
    expect(button.showsFallback).to.equal(true);
    const { heading, status } = button;
    button.remove();
    return [heading, status];
  }

  it("is promised to be called back only where the tenant has a receiver of leads", async () => {
    expect(await told({ status: "held", reason: "closed" })).to.deep.equal([
      "Request saved",
      "We can't call you right now. Your request is saved.",
    ]);
    expect(await told({ status: "held", reason: "closed", receiver: true })).to.deep.equal([
      "Request saved",
      "Your request is saved. We'll call you back.",
    ]);
    expect((await told({ status: "unknown" }))[1]).to.match(/please call us\.$/);
    expect((await told({ status: "unknown", receiver: true }))[1]).to.match(/we'll call you back\.$/);
  });

  it("is promised nothing where the reason is not told", async () => {
    expect((await told({ status: "held", reason: "kept", receiver: true }))[1]).to.equal(
      "We have your request.",
    );
  });
});

describe("a call whose session is over", () => {
  let button: CallButtonHarness;
  afterEach(() => button.remove());

  /** Requests a call whose session ends: the element polls, and the backend refuses to show the call any more. */
  async function lose(properties: Parameters<typeof CallButtonHarness.create>[0]): Promise<void> {
    const noStream = disturb("GET", /\/events$/, () => new Response(null, { status: 503 }));
    button = await CallButtonHarness.create(properties);
    await button.open();
    button.type("8 900 000-00-06");
    disturb("GET", /\/calls\/[^/]+$/, refusal(401, "session_required"));
    button.submit();
    await until(noStream);
    await until(() => button.error !== "");
  }

  it("is not said to have taken too long", async () => {
    await lose({});
    expect(button.error).to.equal(
      "We've lost track of this call. If your phone doesn't ring, please try again.",
    );
  });

  it("is made all the same, where it is for later, and the visitor is told so", async () => {
    await lose({ tenant: "museum" });
    expect(button.error).to.equal("We'll call you at the time you chose.");
  });
});
