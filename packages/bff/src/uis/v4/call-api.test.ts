import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { Secret } from "../../config/secret.js";
import { readAnswer } from "./answer.js";
import { type CallApi, createCallApi, type StartOptions } from "./call-api.js";
import { PAIRS, type Pair, pairOf, UisAnswers } from "./fixtures.harness.js";

const TOKEN = "k3y-of-the-account-not-a-real-one-0000000";

let uis: UisAnswers;
let api: CallApi;
beforeEach(async () => {
  uis = await UisAnswers.start();
  api = createCallApi({ url: `${uis.url}/v4.0`, access: { token: new Secret(TOKEN) } });
});
afterEach(() => uis.stop());

/** The methods of the client by the vendor's names. */
const METHODS: Record<string, (params: never, options: { id: string }) => Promise<unknown>> = {
  "start.simple_call": (params, options) => api.startSimpleCall(params, options),
  "start.employee_call": (params, options) => api.startEmployeeCall(params, options),
  "start.scenario_call": (params, options) => api.startScenarioCall(params, options),
  "start.vnumber_call": (params, options) => api.startVnumberCall(params, options),
  "start.informer_call": (params, options) => api.startInformerCall(params, options),
  "list.calls": (params) => api.listCalls(params),
  "release.call": ({ call_session_id }: { call_session_id: number }) =>
    api.releaseCall(String(call_session_id)),
  "disconnect.leg": ({ call_session_id, leg_id }: Record<string, number>) =>
    api.disconnectLeg(String(call_session_id), String(leg_id)),
};

/** The pairs whose requests the client can send with its key. */
const SENT = PAIRS.filter(
  ({ api, request }) =>
    api === "call" && Object.hasOwn(METHODS, request.method) && request.params["access_token"] === TOKEN,
).filter(({ request }) => request.id !== undefined);

describe("a request of Call API v4.0", () => {
  it.each(SENT)("is sent as documented, and its answer is read: $name", async (pair) => {
    uis.prepare(pair);
    const { access_token, ...params } = pair.request.params;
    const answer = await METHODS[pair.request.method]?.(params as never, { id: pair.request.id ?? "" });
    const { id, ...request } = uis.requests[0] ?? {};
    const { id: expected, ...documented } = pair.request;
    expect(request).toEqual(documented);
    if (pair.request.method.startsWith("start.")) expect(id).toBe(expected);
    expect(access_token).toBe(TOKEN);
    expect(answer).toMatchObject(kindOf(pair));
  });

  it.each(PAIRS)("is told from any other by its answer: $name", ({ request, response, name }) => {
    const id = request.id ?? "";
    const answer = readAnswer({ kind: "answer", status: 200, body: JSON.stringify(response) }, id, []);
    expect(answer).toMatchObject(kindOf({ response, name }));
    // An answer to another request is not believed.
    const other = readAnswer({ kind: "answer", status: 200, body: JSON.stringify(response) }, "other", []);
    if ((response as { id?: unknown }).id !== null) expect(other.kind).toBe("unclear");
  });
});

function kindOf({ response: { error } }: Pick<Pair, "response" | "name">): object {
  return error === undefined
    ? { kind: "result" }
    : { kind: "error", error: { code: error.code, mnemonic: error.data.mnemonic } };
}

describe("a start", () => {
  const START = pairOf("start.simple_call: least");
  const start = (options?: StartOptions) => {
    const params = Object.entries(START.request.params).filter(([name]) => name !== "access_token");
    return api.startSimpleCall(Object.fromEntries(params) as never, options);
  };

  it("names the call session as text, because its number may be large", async () => {
    uis.prepareBody((id) =>
      JSON.stringify({ jsonrpc: "2.0", id, result: { data: { call_session_id: 9_007_199_254_740_991 } } }),
    );
    expect(await start()).toMatchObject({ kind: "result", data: { call_session_id: "9007199254740991" } });
  });

  it.each([
    ["HTML", "<html>502 Bad Gateway</html>"],
    ["half an answer", '{"jsonrpc":"2.0","id":"'],
    ["neither result nor error", '{"jsonrpc":"2.0","id":null}'],
    ["no call session", '{"jsonrpc":"2.0","id":"$","result":{"data":{}}}'],
    ["another request's id", '{"jsonrpc":"2.0","id":"other","result":{"data":{"call_session_id":1}}}'],
    [
      "a result and an error",
      '{"jsonrpc":"2.0","id":"$","result":{"data":{"call_session_id":1}},"error":{"code":-32602}}',
    ],
  ])("is unclear after an answer with %s", async (_, body) => {
    for (const status of [200, 400, 502]) {
      uis.prepareBody((id) => body.replace("$", id), status);
      expect(await start()).toMatchObject({ kind: "unclear" });
    }
  });

  it("is read by its body, whatever the HTTP status is", async () => {
    for (const status of [200, 400, 403, 500]) {
      uis.prepare(pairOf("start.simple_call: contact in the blacklist"), status);
      expect(await start()).toMatchObject({ kind: "error", error: { class: "call" } });
    }
  });

  it("is unsent if the sender withdraws it when the connection is open", async () => {
    const answer = await start({ confirmSend: () => Promise.resolve(false) });
    expect(answer).toEqual({ kind: "unsent", detail: "WITHDRAWN" });
    expect(uis.requests).toEqual([]);
  });

  it("is not repeated when UIS does not know the token", async () => {
    api = createCallApi({
      url: `${uis.url}/v4.0`,
      access: { login: "acme", password: new Secret("pässwörd-1") },
    });
    uis.prepare(pairOf("login.user"));
    uis.prepare(pairOf("token unknown or past its hour"));
    expect(await start()).toMatchObject({ kind: "error", error: { class: "login" } });
    expect(uis.requests.map(({ method }) => method)).toEqual(["login.user", "start.simple_call"]);
  });

  it("is an error of the configuration when UIS does not know a permanent key", async () => {
    uis.prepare(pairOf("token unknown or past its hour"));
    expect(await start()).toMatchObject({ kind: "error", error: { class: "configuration" } });
  });

  it("hides the numbers and the key in UIS's words", async () => {
    const quoted = (id: string) =>
      JSON.stringify({
        jsonrpc: "2.0",
        id,
        error: {
          code: -32002,
          message: "The contact 79000000002 has been found in the blacklist",
          data: { mnemonic: "contact_in_blacklist", value: TOKEN, params: {} },
        },
      });
    uis.prepareBody(quoted);
    expect(JSON.stringify(await start())).not.toMatch(/79000000002|k3y/);
  });
});

describe("a login", () => {
  beforeEach(() => {
    api = createCallApi({
      url: `${uis.url}/v4.0`,
      access: { login: "acme", password: new Secret("pässwörd-1") },
    });
  });

  it("is sent once for several requests", async () => {
    for (const name of ["login.user", "an outdated version", "an outdated version"])
      uis.prepare(pairOf(name));
    await Promise.all([api.listCalls(), api.listCalls()]);
    expect(uis.requests.map(({ method }) => method)).toEqual(["login.user", "list.calls", "list.calls"]);
    expect(uis.requests[0]?.params).toEqual({ login: "acme", password: "pässwörd-1" });
  });

  it("is repeated once when UIS no longer knows the session, and then the request too", async () => {
    const answers = ["login.user", "token unknown or past its hour", "login.user", "list.calls: both talk"];
    for (const name of answers) uis.prepare(pairOf(name));
    expect(await api.listCalls()).toMatchObject({ kind: "result" });
  });

  it("that is refused is an error of the configuration, and starts nothing", async () => {
    uis.prepare(pairOf("login.user: wrong password"));
    expect(await api.listCalls()).toMatchObject({
      kind: "error",
      error: { class: "configuration", mnemonic: "auth_error" },
    });
    expect(uis.requests).toHaveLength(1);
  });

  it("without a usable answer proves that the request was not sent", async () => {
    uis.prepareBody(() => "<html>", 502);
    expect(await api.listCalls()).toMatchObject({ kind: "unsent" });
  });
});

describe("the metadata", () => {
  it("tell the points that are left, and a newer version", async () => {
    uis.prepare(pairOf("an outdated version"));
    expect(await api.listCalls()).toMatchObject({
      metadata: { limits: { minute_remaining: 249, day_remaining: 49_999 }, latestVersion: "v5.0" },
    });
  });

  it("tell the limit that is exceeded", async () => {
    uis.prepare(pairOf("limit of the minute"));
    expect(await api.listCalls()).toMatchObject({
      error: { class: "wait", params: { limit_type: "minute" } },
      metadata: { limits: { minute_reset: 60 } },
    });
  });
});

it("the address must be https, unless it is on this machine", () => {
  const access = { token: new Secret(TOKEN) };
  expect(() => createCallApi({ url: "http://callapi.example/v4.0", access })).toThrow("use https://");
});
