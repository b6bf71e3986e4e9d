import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { Secret } from "../../config/secret.js";
import { createCallApi } from "./call-api.js";
import { createV4Client, type V4Client } from "./client.js";
import { createDataApi } from "./data-api.js";
import { PAIRS, pairOf, UisAnswers } from "./fixtures.harness.js";
import type { V4Order } from "./order.js";

let uis: UisAnswers;
let client: V4Client;
beforeEach(async () => {
  uis = await UisAnswers.start();
  const access = { token: new Secret("k3y-of-the-account-not-a-real-one-0000000") };
  client = createV4Client(
    createCallApi({ url: `${uis.url}/v4.0`, access }),
    createDataApi({ url: `${uis.url}/v2.0`, access }),
  );
});
afterEach(() => uis.stop());

const ORDER: V4Order = {
  id: "01JE0000000000000000000001",
  visitor: "+79000000002",
  office: "+79000000003",
  serviceNumber: "+74990000001",
  firstCall: "office",
  switchAtOnce: false,
  officeSeesServiceNumber: true,
};

/** Places an order. Returns the parameters with which UIS was asked, without the key. */
async function paramsOf(order: V4Order, answer = "start.simple_call: least"): Promise<object> {
  uis.prepare(pairOf(answer));
  expect(await client.placeCall(order)).toMatchObject({ kind: "placed" });
  return without(["access_token"], uis.requests.at(-1)?.params ?? {});
}

const without = (names: readonly string[], params: object): object =>
  Object.fromEntries(Object.entries(params).filter(([name]) => !names.includes(name)));

describe("an order in the words of Call API v4.0", () => {
  it("rings a telephone number with start.simple_call", async () => {
    expect(await paramsOf(ORDER)).toEqual({
      first_call: "operator",
      virtual_phone_number: "74990000001",
      operator: "79000000003",
      contact: "79000000002",
      external_id: ORDER.id,
      direction: "out",
      switch_at_once: false,
      show_virtual_phone_number: true,
    });
    expect(uis.requests[0]).toMatchObject({ id: ORDER.id, method: "start.simple_call" });
  });

  it("has every parameter of the documents' longest sample", async () => {
    const { params: documented } = pairOf("start.simple_call: all").request;
    const expected = without(["access_token", "dtmf_string"], documented);
    const params = await paramsOf({
      ...ORDER,
      switchAtOnce: true,
      earlySwitching: true,
      holdMusic: "2701",
      officeSeesServiceNumber: false,
      numberRule: "fixed",
      confirm: "any",
      visitorMessage: { text: "Здравствуйте! Соединяем с отделом продаж." },
      officeMessage: { media: "2561" },
    });
    expect(params).toEqual(expected);
  });

  it("rings an employee with start.employee_call", async () => {
    const params = await paramsOf(
      { ...ORDER, office: { employee: 10 }, officeMessage: { text: "A call from the site" } },
      "start.employee_call",
    );
    expect(uis.requests[0]?.method).toBe("start.employee_call");
    expect(params).toMatchObject({
      first_call: "employee",
      employee: { id: 10 },
      employee_message: { type: "tts", value: "A call from the site" },
      show_virtual_phone_number: true,
    });
    expect(params).not.toHaveProperty("operator");
  });

  it("runs a scenario with start.scenario_call, which has no music and no choice of the shown number", async () => {
    const params = await paramsOf(
      { ...ORDER, office: { scenario: 500 }, holdMusic: "a name", direction: "in" },
      "start.scenario_call",
    );
    expect(uis.requests.map(({ method }) => method)).toEqual(["start.scenario_call"]);
    expect(params).toMatchObject({ first_call: "employee", scenario_id: 500, direction: "in" });
    for (const name of ["media_file_id", "show_virtual_phone_number", "operator", "employee"])
      expect(params).not.toHaveProperty(name);
  });

  it.each<[V4Order["office"], string]>([
    ["+79000000003", "contact"],
    [{ employee: 10 }, "contact"],
    [{ scenario: 500 }, "contact"],
  ])("rings the visitor first: %j", async (office, first_call) => {
    expect(await paramsOf({ ...ORDER, office, firstCall: "visitor" })).toMatchObject({ first_call });
  });
});

describe("a recording", () => {
  const order = { ...ORDER, holdMusic: "Bad Kingdom-cut.mp3" };

  it("is found by its name once", async () => {
    uis.prepare(pairOf("get.media_files"));
    expect(await paramsOf(order)).toMatchObject({ media_file_id: 2701 });
    expect(await paramsOf(order)).toMatchObject({ media_file_id: 2701 });
    expect(uis.requests.map(({ method }) => method)).toEqual([
      "get.media_files",
      "start.simple_call",
      "start.simple_call",
    ]);
  });

  it("that UIS does not have refuses the call, and nothing is started", async () => {
    uis.prepareBody((id) => JSON.stringify({ jsonrpc: "2.0", id, result: { data: [] } }));
    expect(await client.placeCall(order)).toMatchObject({ kind: "refused", fault: "account" });
    expect(uis.requests).toHaveLength(1);
  });

  it("about which UIS gives no readable answer makes the call wait, and nothing is started", async () => {
    uis.prepareBody(() => "<html>", 502);
    expect(await client.placeCall(order)).toMatchObject({ kind: "wait", because: "unreachable" });
    expect(uis.requests).toHaveLength(1);
  });
});

describe("the outcome of a start", () => {
  const EXPECTED: Record<string, object> = {
    access_token_invalid: { kind: "refused", fault: "account" },
    limit_exceeded: { kind: "wait", because: "limit" },
    internal_error: { kind: "unknown" },
    contact_in_blacklist: { kind: "refused", fault: "call" },
    own_virtual_phone_number_not_allowed: { kind: "refused", fault: "call" },
    call_direction_forbidden: { kind: "refused", fault: "call" },
    tts_text_exceeded: { kind: "refused", fault: "account" },
    virtual_phone_number_not_found: { kind: "refused", fault: "account" },
    ip_not_whitelisted: { kind: "refused", fault: "account" },
    component_disabled: { kind: "refused", fault: "account" },
    account_inactive: { kind: "refused", fault: "account" },
    unexpected_parameters: { kind: "refused", fault: "defect" },
    invalid_state: { kind: "refused", fault: "defect" },
  };
  const errors = PAIRS.filter(({ response }) => Object.hasOwn(EXPECTED, response.error?.data.mnemonic ?? ""));
  it.each(errors)("follows from the error: $name", async (pair) => {
    uis.prepare(pair);
    const { mnemonic = "" } = pair.response.error?.data ?? {};
    expect(await client.placeCall(ORDER)).toMatchObject(EXPECTED[mnemonic] ?? {});
    expect(uis.requests).toHaveLength(1);
  });

  it("names the mnemonic and what the administrator has to do", async () => {
    uis.prepare(pairOf("address not on the allow list"));
    expect(await client.placeCall(ORDER)).toMatchObject({
      detail: expect.stringMatching(/^ip_not_whitelisted: .*add this server's address/) as string,
    });
  });

  it.each([
    [-32602, { kind: "unknown" }],
    [-32603, { kind: "unknown" }],
    [-31999, { kind: "unknown" }],
    [-32002, { kind: "refused", fault: "call" }],
    [-32007, { kind: "refused", fault: "account" }],
    [-32029, { kind: "wait", because: "limit" }],
  ])("with an unknown mnemonic follows from the group of the code %i", async (code, expected) => {
    uis.prepareBody((id) =>
      JSON.stringify({ jsonrpc: "2.0", id, error: { code, message: "m", data: { mnemonic: "new" } } }),
    );
    expect(await client.placeCall(ORDER)).toMatchObject(expected);
  });

  it("is unknown when the connection ends after the request, and waits when nothing was sent", async () => {
    uis.prepareBody(() => "half");
    expect(await client.placeCall(ORDER)).toMatchObject({ kind: "unknown" });
    expect(await client.placeCall(ORDER, () => Promise.resolve(false))).toMatchObject({ kind: "wait" });
  });

  it.each<[Partial<V4Order>, RegExp]>([
    [{ id: "" }, /^id/],
    [{ earlySwitching: true }, /^earlySwitching/],
    [{ earlySwitching: true, switchAtOnce: true, firstCall: "visitor" }, /^earlySwitching/],
    [{ confirm: "12" }, /^confirm/],
    [{ confirm: "any", office: { employee: 10 } }, /^confirm/],
  ])("is a defect for an order that breaks a rule, and nothing is sent: %j", async (change, detail) => {
    expect(await client.placeCall({ ...ORDER, ...change })).toMatchObject({
      kind: "refused",
      fault: "defect",
      detail: expect.stringMatching(detail) as string,
    });
    expect(uis.requests).toEqual([]);
  });
});

it.each([
  ["release.call", "released"],
  ["release.call with a boolean", "released"],
  ["release.call: no longer known", "gone"],
  ["internal error (may hide a call)", "unclear"],
])("a call session is released: %s → %s", async (name, expected) => {
  uis.prepare(pairOf(name));
  expect(await client.release("237859082")).toBe(expected);
  expect(uis.requests[0]).toMatchObject({ method: "release.call", params: { call_session_id: 237859082 } });
});
