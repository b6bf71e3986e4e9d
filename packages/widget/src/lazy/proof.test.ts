import { expect } from "chai";
import { CallButtonHarness, demoUrl, exchange, until } from "../call-button.harness.js";
import { type ProofChallenge, solveProof } from "./proof.js";

const hex = (bytes: ArrayBuffer | Uint8Array): string =>
  Array.from(new Uint8Array(bytes), (byte) => byte.toString(16).padStart(2, "0")).join("");

/** Creates a challenge in the format of the backend. @returns the challenge, and the derived key that solves it */
async function challengeOf(counter: number): Promise<{ challenge: ProofChallenge; derivedKey: string }> {
  const nonce = crypto.getRandomValues(new Uint8Array(16));
  const salt = crypto.getRandomValues(new Uint8Array(16));
  const password = new Uint8Array([...nonce, 0, 0, counter >> 8, counter & 255]);
  const key = await crypto.subtle.importKey("raw", password, "PBKDF2", false, ["deriveBits"]);
  const way = { name: "PBKDF2", hash: "SHA-256", salt, iterations: 7 };
  const derivedKey = hex(await crypto.subtle.deriveBits(way, key, 256));
  const parameters = {
    algorithm: "PBKDF2/SHA-256",
    nonce: hex(nonce),
    salt: hex(salt),
    cost: 7,
    keyLength: 32,
    keyPrefix: derivedKey.slice(0, 32),
    data: { visit: "someone" },
  };
  return { challenge: { parameters, signature: "signed" }, derivedKey };
}

describe("a proof of work", () => {
  for (const counter of [0, 1, 199, 700]) {
    it(`is the number that was meant, ${String(counter)}, with the challenge as it came`, async () => {
      const { challenge, derivedKey } = await challengeOf(counter);
      expect(JSON.parse(atob(await solveProof(challenge)))).to.deep.equal({
        challenge,
        solution: { counter, derivedKey },
      });
    });
  }

  it("leaves the page its frames while it is worked out", async () => {
    const { challenge } = await challengeOf(1500);
    challenge.parameters.cost = 3000;
    challenge.parameters.keyPrefix = "none";
    let frames = 0;
    let solved = false;
    const frame = (): void => {
      frames += 1;
      if (!solved) requestAnimationFrame(frame);
    };
    requestAnimationFrame(frame);
    void solveProof(challenge).catch(() => (solved = true));
    await new Promise((resolve) => setTimeout(resolve, 300));
    solved = true;
    expect(frames).to.be.greaterThan(8);
  });
});

describe("a button of a tenant that asks for a proof", function () {
  let button: CallButtonHarness;
  const guard = (proof: "anonymous" | "never") => fetch(`/guard?proof=${proof}`);

  before(async function () {
    const { status } = await fetch(`${demoUrl}/api/proof`);
    // Status 404 means that this backend does not support proofs of work. The tests are then skipped.
    if (status === 404) this.skip();
  });
  beforeEach(exchange.reset);
  afterEach(() => button.remove());

  const create = async () => (button = await CallButtonHarness.create({ tenant: "guarded" }));
  let last = 20;
  /** Submits the form with a new telephone number. @returns this number in the format of UIS */
  const submit = (): string => {
    last += 1;
    button.type(`8 900 000-01-${String(last)}`);
    button.submit();
    return `790000001${String(last)}`;
  };

  it("begins with it when the form opens, and calls without a word of it", async () => {
    await guard("anonymous");
    await create();
    await button.open();
    submit();
    await until(() => button.calls.length > 0);
    expect(button.errors).to.deep.equal([]);
  });

  it("says so for as long as it takes, however often the visitor clicks, and not for another tenant", async () => {
    await guard("anonymous");
    await create();
    await button.open();
    submit();
    await until(() => button.status === "One moment…");
    button.submit();
    await button.element.updateComplete;
    expect([button.status, button.calls.length]).to.deep.equal(["One moment…", 0]);
    button.element.tenant = "demo";
    await button.element.updateComplete;
    expect(button.status).to.equal("");
    // The call that was requested before the change of the tenant is placed nevertheless.
    await until(async () => (await exchange.placed()).length > 0);
    expect(button.status).to.equal("");
  });

  it("says so no longer once it is known what has become of the request", async () => {
    await guard("anonymous");
    await create();
    await button.open();
    button.type("8 809 000-00-00");
    button.submit();
    await until(() => button.error !== "");
    await button.element.updateComplete;
    expect(button.error).to.equal("We cannot call this number. Try another one.");
    expect(button.status).to.equal("");
  });

  it("says that it takes a moment, in its live region, when it has to", async () => {
    await guard("anonymous");
    await create();
    const said: string[] = [];
    await button.open();
    new MutationObserver(() => said.push(button.status)).observe(button.panel, {
      subtree: true,
      childList: true,
      characterData: true,
    });
    submit();
    await until(() => button.calls.length > 0);
    expect(said).to.contain("One moment…");
    await until(() => button.status === "We are calling. Keep your phone nearby.");
  });

  it("works it out when the backend asks for it only then, and sends the same call", async () => {
    await guard("never");
    await create();
    await button.open();
    await guard("anonymous");
    const number = submit();
    await until(() => button.calls.length > 0);
    expect(button.errors).to.deep.equal([]);
    await until(async () => (await exchange.placed()).length > 0);
    expect(await exchange.placed()).to.have.length(1);
    expect([...new Set((await exchange.asked()).map(([numa]) => numa))]).to.deep.equal([number]);
  });

  it("has another for another call", async () => {
    await guard("anonymous");
    await create();
    await button.open();
    for (const calls of [1, 2]) {
      submit();
      await exchange.pick("office", "decline");
      await until(() => button.calls.filter(({ status }) => status === "failed").length === calls);
      await button.element.updateComplete;
      button.again.click();
      await until(() => button.has("form"));
    }
    expect(button.errors).to.deep.equal([]);
  });

  it("goes without again when there is no need of it", async () => {
    await guard("never");
    await create();
    await button.open();
    const fetch = window.fetch.bind(window);
    const asked: string[] = [];
    window.fetch = (...request) => (asked.push(JSON.stringify(request[0])), fetch(...request));
    submit();
    await until(() => button.calls.length > 0).finally(() => (window.fetch = fetch));
    expect(asked.join()).to.contain("/calls").and.not.contain("/proof");
  });
});
