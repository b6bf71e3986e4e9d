import type { Call } from "@uis-call/shared";
import { expect } from "chai";
import { TIMES } from "../in-time.js";
import { BffClient } from "./client.js";
import { ApiError } from "./errors.js";
import { type Member, PageSession } from "./page-session.js";
import { demoUrl, disturb, exchange, refusal, until } from "../call-button.harness.js";

const REQUEST = { target: "sales", phone: "8 (900) 000-00-01" };

const VISITOR: Member = { token: "", identity: undefined };

/** Creates a client that shares no session with other clients, as if it were on a separate page. */
const createClient = (endpoint = `${demoUrl}/api`, times = {}) =>
  new BffClient(
    { page: new PageSession({ endpoint, tenant: "demo" }, VISITOR, TIMES.answer), locale: "en" },
    { ...TIMES, ...times },
  );

const refusalOf = async (work: Promise<unknown>): Promise<ApiError> => {
  const error: unknown = await work.catch((reason: unknown) => reason);
  if (error instanceof ApiError) return error;
  throw new Error("it was not refused");
};

const endSession = ({ csrfToken }: { csrfToken: string }) =>
  fetch(`${demoUrl}/api/session?tenant=demo`, {
    method: "DELETE",
    credentials: "include",
    headers: { "X-CSRF-Token": csrfToken },
  });

describe("the element's way to the backend", () => {
  beforeEach(() => exchange.reset());

  it("makes one call of two requests with one key", async () => {
    const client = createClient();
    await client.openSession();
    const key = crypto.randomUUID();
    const [first, second] = await Promise.all([
      client.placeCall(REQUEST, key),
      client.placeCall(REQUEST, key),
    ]);
    expect(first.id).to.equal(second.id);
    expect(await exchange.placed()).to.have.length(1);
  });

  it("opens a session after one that could not be opened", async () => {
    const away = refusalOf(createClient("http://localhost:9/api").openSession());
    expect((await createClient().openSession()).user.kind).to.equal("visitor");
    expect((await away).code).to.equal("network");
  });

  it("opens another session when the old one is over, and sends under the same key", async () => {
    const client = createClient();
    await endSession(await client.openSession());
    expect((await client.placeCall(REQUEST, crypto.randomUUID())).status).to.equal("dialing");
  });

  it("passes on the backend's code and the member it is about", async () => {
    const client = createClient();
    await client.openSession();
    const { code, at } = await refusalOf(client.placeCall({ ...REQUEST, phone: "12" }, crypto.randomUUID()));
    expect([code, at]).to.deep.equal(["phone_invalid", "phone"]);
  });

  it("calls a backend that does not answer, or not in JSON, the network", async () => {
    expect((await refusalOf(createClient("http://localhost:9/api").openSession())).code).to.equal("network");
    expect((await refusalOf(createClient(`${demoUrl}/nothing`).openSession())).code).to.equal("network");
  });

  it("follows a call by its events", async () => {
    const { states } = await followed(createClient());
    await until(() => states.length > 0);
    await exchange.pick("office", "decline");
    await until(() => states.at(-1) === "failed");
    expect(states).to.deep.equal(["dialing", "failed"]);
  });

  it("looks at the call instead where events do not come", async () => {
    // A time-out of 0 ms for the first event ends the stream at once, so the client polls.
    const { states } = await followed(createClient(undefined, { silence: 0, poll: 20 }));
    await until(() => states.length > 2);
    await exchange.pick("office", "decline");
    await until(() => states.at(-1) === "failed");
  });

  it("goes on looking while the backend says that it cannot just now", async () => {
    const disturbed = disturb("GET", /\/calls\/[^/]+$/, refusal(503, "unavailable"));
    const { states } = await followed(createClient(undefined, { silence: 0, poll: 20 }));
    await until(disturbed);
    await exchange.pick("office", "decline");
    await until(() => states.at(-1) === "failed");
    expect(states).not.to.contain("unknown");
  });

  it("stops when told to", async () => {
    const { states, stop } = await followed(createClient(undefined, { silence: 0, poll: 20 }));
    await until(() => states.length > 0);
    stop.abort();
    const seen = states.length;
    await exchange.pick("office", "decline");
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(states.length).to.be.at.most(seen + 1);
  });

  it("tells when the call is lost from sight", async () => {
    const client = createClient();
    await client.openSession();
    let lost: ApiError | undefined;
    client
      .follow("missing", new AbortController().signal, () => undefined)
      .catch((error: unknown) => (lost = error as ApiError));
    await until(() => lost?.code === "not_found");
  });

  it("says nothing of a call that is lost from sight when it was told to stop", async () => {
    const client = createClient(undefined, { poll: 20 });
    await client.openSession();
    const stop = new AbortController();
    const fetch = window.fetch.bind(window);
    window.fetch = (...request) => {
      const [address] = request;
      // Aborts while a poll is pending, as a change of tenant does.
      if (typeof address === "string" && address.includes("/calls/missing?")) stop.abort();
      return fetch(...request);
    };
    try {
      await client.follow("missing", stop.signal, () => undefined);
    } finally {
      window.fetch = fetch;
    }
    expect(stop.signal.aborted).to.equal(true);
  });

  async function followed(client: BffClient) {
    await client.openSession();
    const { id } = await client.placeCall(REQUEST, crypto.randomUUID());
    const states: Call["status"][] = [];
    const stop = new AbortController();
    client.follow(id, stop.signal, ({ status }) => states.push(status)).catch(() => states.push("unknown"));
    return { states, stop };
  }
});
