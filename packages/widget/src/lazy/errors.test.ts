import { expect } from "chai";
import { CallButtonHarness, disturb, refusal, until } from "../call-button.harness.js";

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
