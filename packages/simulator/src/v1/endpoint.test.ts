import { once } from "node:events";
import { connect } from "node:net";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { Account } from "./accounts.js";
import { ManualClock } from "../exchange/clock.js";
import { placeCalls, post, rpc, sessionKey } from "./endpoint.harness.js";
import { UisSimulator } from "../simulator.js";

const account = (login: string, part: Partial<Account> = {}): Account => ({
  login,
  password: login,
  serviceNumbers: ["74990000000"],
  ...part,
});

let clock: ManualClock;
let uis: UisSimulator;

beforeEach(async () => {
  clock = new ManualClock();
  uis = new UisSimulator({
    clock,
    settings: { answersWhen: "accepted" },
    accounts: [
      account("demo"),
      account("abroad", { allowedAddresses: ["192.0.2.1"] }),
      account("home", { allowedAddresses: ["127.0.0.1"] }),
      account("closed", { active: false }),
      account("small", { limits: { perMinute: 2, perDay: 3 } }),
    ],
  });
  await uis.start({ port: 0 });
});

afterEach(() => uis.stop());

test("authenticate answers with a key of forty hex digits that place_calls accepts", async () => {
  const answer = await rpc(uis, "authenticate", { login: "demo", password: "demo" }, 3);
  expect(answer).toEqual({
    jsonrpc: "2.0",
    id: 3,
    result: { session_key: expect.stringMatching(/^[0-9a-f]{40}$/) as string },
  });
  const key = (answer.result as { session_key: string }).session_key;
  expect(await rpc(uis, "place_calls", placeCalls(key), 4)).toEqual({
    jsonrpc: "2.0",
    id: 4,
    result: "success",
  });
});

test("every documented parameter reaches the exchange", async () => {
  const params = placeCalls(await sessionKey(uis), {
    first_call: "any",
    switch_at_once: false,
    media_file: "Bad Kingdom-cut.mp3",
    is_queue: true,
    queue_timeout: 1,
    use_numb_as_numa: false,
    numa_message: { type: "text", value: "Здравствуйте!" },
    numc_message: { type: "media", value: "leave_message" },
    numc: [
      {
        dialing_increment: 1,
        incremental_dialing_timeout: 1,
        lines_limit: 2,
        lines_start: 1,
        phones: [
          { channels_count: 2, numb: "79000000101", timeout: 29 },
          { channels_count: 2, numb: "79000000101", timeout: 29 },
        ],
      },
    ],
  });
  expect(await rpc(uis, "place_calls", params)).toMatchObject({ result: "success" });
  const call = uis.exchange.calls[0]!;
  expect(call).toMatchObject({ account: "demo", firstCall: "any", switchAtOnce: false });
  expect(call.legs.map(({ party, number, callerId }) => [party, number, callerId])).toEqual([
    ["visitor", "79000000001", "74990000000"],
    ["office", "79000000101", "79000000001"],
  ]);
  uis.exchange.answer(call.id, "visitor");
  expect(call.legs[0]?.hears).toMatchObject({ type: "text", text: "Здравствуйте!" });
  uis.exchange.answer(call.id, "office-1");
  expect(call.legs[1]?.hears).toMatchObject({ type: "media", file: "leave_message" });
  await clock.advance(1000);
  expect(call.legs[0]?.hears).toMatchObject({ kind: "music", file: "Bad Kingdom-cut.mp3" });
});

test("media_file, is_queue and use_numb_as_numa have the document's defaults", async () => {
  await rpc(uis, "place_calls", placeCalls(await sessionKey(uis)));
  const call = uis.exchange.calls[0]!;
  expect(call.legs[0]).toMatchObject({ callerId: "74990000000" });
  uis.exchange.answer(call.id, "office-1");
  expect(call.legs[0]?.hears).toMatchObject({ kind: "music", file: "Музыка переадресации" });
  uis.exchange.decline(call.id, "visitor");
  expect(call.state).toBe("ended");
});

test("the spelling is_use_numb_as_numa of the vendor's sample is accepted", async () => {
  await rpc(uis, "place_calls", placeCalls(await sessionKey(uis), { is_use_numb_as_numa: false }));
  expect(uis.exchange.calls[0]?.legs[0]?.callerId).toBe("79000000001");
});

test.each([
  ["a missing parameter", { numa: undefined }, "numa:"],
  ["a wrong type", { switch_at_once: "yes" }, "switch_at_once:"],
  ["an unknown first call", { first_call: "numb" }, "first_call:"],
  ["an unknown parameter", { colour: "red" }, "colour: unknown parameter"],
  ["a number with plus", { numa: "+79000000001" }, "numa:"],
  ["a number too short", { numb: "749900" }, "numb:"],
  ["a queue without its time-out", { is_queue: true }, "queue_timeout: required with is_queue"],
  ["a message without value", { numa_message: { type: "text" } }, "numa_message.value:"],
  ["a message of another type", { numc_message: { type: "video", value: "x" } }, "numc_message.type:"],
  ["a numc of another type", { numc: 79000000101 }, "numc:"],
  ["no groups", { numc: [] }, "numc:"],
  ["no phones", { numc: [{ phones: [] }] }, "numc[0].phones:"],
  [
    "a wrong number in a group",
    { numc: [{ phones: [{ numb: "79000000101" }, { numb: "office" }] }] },
    "numc[0].phones[1].numb:",
  ],
  [
    "a time-out that is not an integer",
    { numc: [{ phones: [{ numb: "79000000101", timeout: 2.5 }] }] },
    "numc[0].phones[0].timeout:",
  ],
  [
    "a fan-out without its increment",
    { numc: [{ lines_limit: 2, incremental_dialing_timeout: 1, phones: [{ numb: "79000000101" }] }] },
    "numc[0].dialing_increment: required for a fan-out",
  ],
])("%s is -32602, naming the parameter, and nothing is dialled", async (_what, part, named) => {
  const { error } = await rpc(uis, "place_calls", placeCalls(await sessionKey(uis), part));
  expect(error).toMatchObject({ code: -32602, message: "Invalid params" });
  expect(error?.data).toContain(named);
  expect(uis.exchange.calls).toEqual([]);
});

test("with a queue a group needs no increments", async () => {
  const numc = [{ lines_limit: 2, phones: [{ numb: "79000000101" }] }];
  const params = placeCalls(await sessionKey(uis), { is_queue: true, queue_timeout: 5, numc });
  expect(await rpc(uis, "place_calls", params)).toMatchObject({ result: "success" });
});

test("authenticate checks its parameters, too", async () => {
  const { error } = await rpc(uis, "authenticate", { login: "demo" });
  expect(error).toMatchObject({ code: -32602, data: expect.stringContaining("password:") as string });
});

test.each([
  ["no jsonrpc", { jsonrpc: undefined }, "jsonrpc"],
  ["another version of it", { jsonrpc: "1.0" }, "jsonrpc"],
  ["no method", { method: undefined }, "method"],
  ["no id", { id: undefined }, "id"],
  ["an id that is no integer", { id: "7" }, "id"],
  ["no params", { params: undefined }, "params"],
  ["params in an array", { params: [] }, "params"],
])("an envelope with %s is -32600", async (_what, part, named) => {
  const envelope = { jsonrpc: "2.0", method: "authenticate", id: 7, params: {}, ...part };
  const response = await post(uis, JSON.stringify(envelope));
  expect(response.status).toBe(200);
  expect(await response.json()).toMatchObject({
    error: { code: -32600, message: "Invalid Request", data: expect.stringContaining(named) as string },
  });
});

test("a batch is -32600", async () => {
  const response = await post(
    uis,
    JSON.stringify([{ jsonrpc: "2.0", method: "authenticate", id: 1, params: {} }]),
  );
  expect(await response.json()).toMatchObject({
    error: { code: -32600, data: expect.stringContaining("Batch") as string },
  });
});

test.each([
  ["not JSON", "{jsonrpc: '2.0'}"],
  ["empty", ""],
  ["not UTF-8", Buffer.from('{"jsonrpc":"2.0","method":"\xff"}', "latin1")],
])("a body that is %s is -32700, without an id", async (_what, body) => {
  const answer = (await (await post(uis, body)).json()) as object;
  expect(answer).toMatchObject({ jsonrpc: "2.0", error: { code: -32700, message: "Parse error" } });
  expect(answer).not.toHaveProperty("id");
});

test("a body over one megabyte is refused and the server lives on", async () => {
  const response = await post(uis, " ".repeat(1_100_000));
  expect(response.status).toBe(413);
  expect(await response.json()).toMatchObject({ error: { code: -32600 } });
  expect(await sessionKey(uis)).toHaveLength(40);
});

test("an unknown method is -32601", async () => {
  for (const method of ["hang_up", "constructor"]) {
    expect(await rpc(uis, method, {})).toMatchObject({
      id: 7,
      error: { code: -32601, message: "Method not found" },
    });
  }
});

test("another version of the API is not supported", async () => {
  const body = JSON.stringify({ jsonrpc: "2.0", method: "authenticate", id: 9, params: {} });
  expect(await (await post(uis, body, "/v2")).json()).toMatchObject({
    id: 9,
    error: { code: -32601, message: "Api version not supported" },
  });
});

test("anything but POST is 405 and names POST", async () => {
  for (const method of ["GET", "PUT", "DELETE", "OPTIONS"]) {
    const response = await fetch(uis.url, { method });
    expect([response.status, response.headers.get("Allow")]).toEqual([405, "POST"]);
  }
});

test("an address that is not on the allow list is -32001, before anything else about the request", async () => {
  expect(await rpc(uis, "authenticate", { login: "abroad" })).toMatchObject({
    error: { code: -32001, message: "IP address error" },
  });
  expect(await sessionKey(uis, "home")).toHaveLength(40);
});

test("an unknown session key is -32002", async () => {
  expect(await rpc(uis, "place_calls", placeCalls("0".repeat(40)))).toMatchObject({
    error: { code: -32002, message: "Authentication error" },
  });
});

test.each([
  ["a wrong password", { login: "demo", password: "home" }],
  ["an unknown login", { login: "unknown", password: "x" }],
  ["an inactive client", { login: "closed", password: "closed" }],
])("%s is -32003", async (_what, params) => {
  expect(await rpc(uis, "authenticate", params)).toMatchObject({
    error: { code: -32003, message: "Permission denied" },
  });
});

test("another account's service number is -32003", async () => {
  const params = placeCalls(await sessionKey(uis), { numb: "74990000001" });
  expect(await rpc(uis, "place_calls", params)).toMatchObject({
    error: { code: -32003, data: expect.stringContaining("numb") as string },
  });
});

test("calls over the minute's and the day's limit are -32004 and not placed", async () => {
  const limited = { error: { code: -32004, message: "Limit is exceeded" } };
  const place = async (): Promise<unknown> =>
    rpc(uis, "place_calls", placeCalls(await sessionKey(uis, "small")));
  await place();
  await place();
  expect(await place()).toMatchObject({ error: { ...limited.error, data: "2 calls per minute" } });
  expect(uis.exchange.calls).toHaveLength(2);
  await clock.advance(60_000);
  expect(await place()).toMatchObject({ result: "success" });
  await clock.advance(60_000);
  expect(await place()).toMatchObject({ error: { ...limited.error, data: "3 calls per day" } });
  await clock.advance(24 * 3_600_000);
  expect(await place()).toMatchObject({ result: "success" });
});

test("a session key expires after an hour with -32005", async () => {
  const key = await sessionKey(uis);
  await clock.advance(3_599_999);
  expect(await rpc(uis, "place_calls", placeCalls(key))).toMatchObject({ result: "success" });
  await clock.advance(1);
  expect(await rpc(uis, "place_calls", placeCalls(key))).toMatchObject({
    error: { code: -32005, message: "Session key has expired" },
  });
});

test("keys can be made to expire at once, and new ones work", async () => {
  const key = await sessionKey(uis);
  uis.expireSessionKeys();
  expect(await rpc(uis, "place_calls", placeCalls(key))).toMatchObject({ error: { code: -32005 } });
  expect(await rpc(uis, "place_calls", placeCalls(await sessionKey(uis)))).toMatchObject({
    result: "success",
  });
});

test("carried-out answers only when both are connected", async () => {
  uis.settings.answersWhen = "carried-out";
  const key = await sessionKey(uis);
  const answered = vi.fn();
  const answer = rpc(uis, "place_calls", placeCalls(key)).finally(answered);
  await once(uis.exchange, "change");
  await clock.advance(40_000);
  uis.exchange.answer("1", "office-1");
  await clock.advance(40_000);
  expect(answered).not.toHaveBeenCalled();
  uis.exchange.answer("1", "visitor");
  expect(await answer).toMatchObject({ result: "success" });
});

test("carried-out answers fail when a side cannot be reached", async () => {
  uis.settings.answersWhen = "carried-out";
  const answer = rpc(uis, "place_calls", placeCalls(await sessionKey(uis)));
  await once(uis.exchange, "change");
  uis.exchange.decline("1", "office-1");
  expect(await answer).toMatchObject({ id: 7, result: "fail" });
});

test("requests are recorded as received, from their arrival on", async () => {
  uis.settings.answersWhen = "carried-out";
  const params = placeCalls(await sessionKey(uis));
  const answer = rpc(uis, "place_calls", params, 55);
  await once(uis.exchange, "change");
  const [record] = uis.received("place_calls");
  expect(record).toEqual({
    number: 2,
    at: clock.now(),
    remoteAddress: "127.0.0.1",
    method: "place_calls",
    id: 55,
    params,
  });
  await clock.advance(1500);
  uis.exchange.decline("1", "office-1");
  await answer;
  expect(record).toMatchObject({
    httpStatus: 200,
    answeredAt: clock.now(),
    answer: { jsonrpc: "2.0", id: 55, result: "fail" },
  });
});

test("the hook can change status, headers and body", async () => {
  uis.beforeAnswer = (request, answer) => {
    if (request.method !== "place_calls") return;
    Object.assign(answer, { status: 502, body: "<h1>Bad gateway</h1>" });
    answer.headers["Content-Type"] = "text/html";
  };
  const key = await sessionKey(uis);
  const body = { jsonrpc: "2.0", method: "place_calls", id: 1, params: placeCalls(key) };
  const response = await post(uis, JSON.stringify(body));
  expect([response.status, response.headers.get("Content-Type"), await response.text()]).toEqual([
    502,
    "text/html",
    "<h1>Bad gateway</h1>",
  ]);
  expect(uis.exchange.calls).toHaveLength(1);
  expect(uis.records.at(-1)).toMatchObject({ httpStatus: 502, answer: "<h1>Bad gateway</h1>" });
});

test("the hook can answer -32603 in place of the result", async () => {
  const error = { code: -32603, message: "Internal error" };
  uis.beforeAnswer = (_request, answer) => void (answer.body = { jsonrpc: "2.0", id: 7, error });
  expect(await rpc(uis, "authenticate", {})).toMatchObject({ error });
});

test("the hook can delay an answer on the simulator's clock", async () => {
  const asked = new Promise<void>((resolve) => {
    uis.beforeAnswer = (_request, answer) => {
      answer.delay = 40_000;
      resolve();
    };
  });
  const answer = rpc(uis, "authenticate", { login: "demo", password: "demo" });
  await asked;
  await clock.advance(39_999);
  const [record] = uis.records;
  expect(record).not.toHaveProperty("answeredAt");
  await clock.advance(1);
  expect(await answer).toHaveProperty("result");
  expect(record!.answeredAt! - record!.at).toBe(40_000);
});

test("the hook can close the connection in place of an answer", async () => {
  uis.beforeAnswer = (_request, answer) => void (answer.reset = true);
  await expect(post(uis, "{}")).rejects.toThrow();
  expect(uis.records).toHaveLength(1);
  expect(uis.records[0]).not.toHaveProperty("httpStatus");
});

test("a request that breaks off leaves a record and harms nothing", async () => {
  const socket = connect(Number(new URL(uis.url).port), "127.0.0.1");
  socket.write("POST /v1 HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n{");
  await once(uis.requests, "change");
  socket.destroy();
  expect(await sessionKey(uis)).toHaveLength(40);
  expect(uis.records).toHaveLength(2);
});
