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

describe("an answer that is none of the backend's", () => {
  it("is shown to the visitor as a backend out of reach", async () => {
    const button = await CallButtonHarness.create();
    try {
      await button.open();
      button.type("8 900 000-00-05");
      disturb("POST", /\/calls$/, refusal(502, "bad_gateway"));
      button.submit();
      await until(() => button.error !== "");
      expect(button.error).to.equal("We could not be reached. Check your connection and try again.");
    } finally {
      button.remove();
    }
  });
});

describe("a call whose session is over", () => {
  let button: CallButtonHarness;
  afterEach(() => button.remove());

  /** A call followed by polling, whose backend stops answering. */
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
      "We lost sight of this call. If your phone does not ring, please try again.",
    );
  });

  it("is made all the same, where it is for later, and the visitor is told so", async () => {
    await lose({ tenant: "museum" });
    expect(button.error).to.equal("We will call you at the time you chose.");
  });
});
