import type { Call, SessionResponse } from "@uis-call/shared";
import { expect } from "chai";
import { BffClient } from "./client.js";
import {
  CallButtonHarness,
  demoUrl,
  disturb,
  foreignUrl,
  noAnswer,
  stored,
  until,
} from "../call-button.harness.js";
import { PageSession } from "./page-session.js";
import { Transport } from "./transport.js";

const REQUEST = { target: "sales", phone: "8 (900) 000-00-01" };

/**
 * URL of the cross-site demo, but with the page's host. The element assumes that a backend on this host is same-site.
 * Only a request shows that the backend treats the page as cross-site.
 */
const siblingUrl = foreignUrl.replace("127.0.0.1", "localhost");

const transportTo = (url: string): Transport =>
  new Transport({ endpoint: `${url}/api`, tenant: "demo" }, 5000);

const clientTo = (endpoint: string): BffClient => {
  const page = new PageSession({ endpoint, tenant: "demo" }, { token: "", identity: undefined }, 5000);
  return new BffClient({ page, locale: "en" });
};

describe("the way a session travels", () => {
  let sent: Request[];
  const { fetch } = globalThis;

  beforeEach(() => {
    sent = [];
    globalThis.fetch = (input, init) => {
      const request = new Request(input, init);
      sent.push(request);
      return fetch(input, init);
    };
  });
  afterEach(() => {
    globalThis.fetch = fetch;
  });

  const open = (transport: Transport): Promise<SessionResponse> => transport.openSession({}, "en");
  const credentials = (): string[] => sent.map((request) => request.credentials);

  it("is the cookie where page and backend are of one site", async () => {
    const transport = transportTo(demoUrl);
    expect((await open(transport)).sessionToken).to.equal(undefined);
    expect(transport.mayResume).to.equal(true);
    expect(credentials()).to.deep.equal(["include"]);
  });

  it("is a token for a backend whose host is another, without any cookie being offered", async () => {
    const transport = transportTo(foreignUrl);
    const { sessionToken } = await open(transport);
    expect(transport.mayResume).to.equal(false);
    const call = await transport.send<Call>({
      method: "POST",
      path: "/calls",
      body: REQUEST,
      headers: { "Idempotency-Key": crypto.randomUUID() },
    });
    expect(call.target).to.equal("sales");
    expect(credentials()).to.deep.equal(["omit", "omit"]);
    expect(sent[1]?.headers.get("Authorization")).to.equal(`Bearer ${sessionToken ?? ""}`);
    expect(sent[1]?.headers.has("X-CSRF-Token")).to.equal(false);
  });

  it("is found out once where only the public suffix list could tell", async () => {
    const transport = transportTo(siblingUrl);
    expect((await open(transport)).sessionToken).to.be.a("string");
    expect(credentials()).to.deep.equal(["include", "omit"]);
    await open(transportTo(siblingUrl));
    expect(credentials()).to.deep.equal(["include", "omit", "omit"]);
  });

  it("is the cookie all the same where the first request was lost on its way", async () => {
    // No other test uses this spelling of the URL, so the page has not stored a `credentials` mode for it.
    const endpoint = `${demoUrl}/./api`;
    disturb("POST", /\/session$/, noAnswer);
    const client = clientTo(endpoint);
    await client.openSession();
    const call = await client.placeCall({ ...REQUEST, phone: "8 900 000-00-04" }, crypto.randomUUID());
    expect(call.target).to.equal("sales");
  });

  it("resumes the session the token is for", async () => {
    const transport = transportTo(foreignUrl);
    const first = await open(transport);
    expect((await open(transport)).csrfToken).to.equal(first.csrfToken);
  });

  it("carries the events of a call, too", async () => {
    const client = clientTo(`${foreignUrl}/api`);
    await client.openSession();
    const { id } = await client.placeCall({ ...REQUEST, phone: "8 900 000-00-03" }, crypto.randomUUID());
    const states: string[] = [];
    const stop = new AbortController();
    client.follow(id, stop.signal, ({ status }) => states.push(status)).catch(() => states.push("lost"));
    await until(() => states.length > 0);
    expect(states).to.deep.equal(["dialing"]);
    expect(sent.filter(({ url }) => url.includes(`/calls/${id}?`))).to.deep.equal([]);
    stop.abort();
  });

  it("leaves the token in no storage, address or attribute", async () => {
    const button = await CallButtonHarness.create({ endpoint: `${foreignUrl}/api` });
    await button.open();
    button.type("8 900 000-00-02");
    button.submit();
    await until(() => button.calls.length > 0);
    const bearer = sent.findLast(({ url }) => url.includes("/calls?"))?.headers.get("Authorization") ?? "";
    const token = bearer.replace("Bearer ", "");
    expect(token).to.match(/^[\w-]{40,}$/);
    const places = [
      stored(),
      document.cookie,
      document.documentElement.outerHTML,
      button.element.shadowRoot?.innerHTML,
      ...performance.getEntriesByType("resource").map(({ name }) => name),
    ];
    expect(places.filter((place) => place?.includes(token))).to.deep.equal([]);
    button.remove();
  });
});
