import { afterEach, beforeEach, expect, test } from "vitest";
import { placeCalls, rpc, sessionKey } from "./v1/endpoint.harness.js";
import { UisSimulator } from "./simulator.js";

let uis: UisSimulator;

beforeEach(async () => {
  uis = new UisSimulator({ settings: { answersWhen: "accepted" } });
  await uis.start({ port: 0 });
});

afterEach(() => uis.stop());

const ask = (method: string, path: string, body?: unknown): Promise<Response> =>
  fetch(`${uis.origin}/exchange${path}`, {
    method,
    ...(body !== undefined && {
      body: JSON.stringify(body),
      headers: { "Content-Type": "application/json" },
    }),
  });

const placed = async (): Promise<unknown> => rpc(uis, "place_calls", placeCalls(await sessionKey(uis)));

test("the state shows calls, settings and records, keys and passwords blanked", async () => {
  await placed();
  const response = await ask("GET", "");
  expect(response.headers.get("Access-Control-Allow-Origin")).toBe("*");
  const text = await response.text();
  expect(JSON.parse(text)).toMatchObject({
    calls: [{ id: "1", state: "dialling" }],
    settings: { ringFor: 60 },
    records: [
      { params: { login: "demo", password: "•••" }, answer: { result: { session_key: "•••" } } },
      { params: { session_key: "•••", numa: "79000000001" } },
    ],
  });
  expect(text).not.toMatch(/[0-9a-f]{40}/);
  expect(uis.records[0]?.params).toMatchObject({ password: "demo" });
});

test("a key in a text a hook has sent is blanked, too", async () => {
  uis.beforeAnswer = (_request, answer) => void (answer.body = JSON.stringify(answer.body));
  await placed();
  expect(await (await ask("GET", "")).text()).not.toMatch(/[0-9a-f]{40}/);
});

test("legs are answered, declined and hung up by command", async () => {
  await placed();
  const statuses = [];
  for (const [leg, action] of [
    ["office-1", "answer"],
    ["visitor", "answer"],
    ["visitor", "hang-up"],
  ]) {
    statuses.push((await ask("POST", `/calls/1/legs/${leg}/${action}`)).status);
  }
  expect(statuses).toEqual([204, 204, 204]);
  expect(uis.exchange.calls[0]).toMatchObject({ result: "success", endedBecause: "visitor-hung-up" });
  await placed();
  expect((await ask("POST", "/calls/2/legs/office-1/decline")).status).toBe(204);
  await placed();
  expect((await ask("POST", "/calls/3/hang-up")).status).toBe(204);
  expect(uis.exchange.calls.map(({ state }) => state)).toEqual(["ended", "ended", "ended"]);
});

test.each([
  ["an unknown call", "/calls/9/legs/visitor/answer", 404, "call_unknown"],
  ["an unknown leg", "/calls/1/legs/visitor/answer", 404, "leg_unknown"],
  ["a leg that is not up", "/calls/1/legs/office-1/hang-up", 409, "leg_not_up"],
  ["an unknown command", "/calls/1/legs/office-1/sing", 404, "not_found"],
])("%s is refused with a code", async (_what, path, status, code) => {
  await placed();
  const response = await ask("POST", path);
  expect([response.status, await response.json()]).toEqual([
    status,
    { code, detail: expect.any(String) as string },
  ]);
});

test("settings change one by one, and null takes one away", async () => {
  const first = await ask("PUT", "/settings", { answerByThemselves: { visitor: 3 }, ringFor: 20 });
  expect(await first.json()).toMatchObject({ answerByThemselves: { visitor: 3 }, ringFor: 20, speech: 15 });
  await ask("PUT", "/settings", {
    answerByThemselves: { office: 1 },
    people: { 79000000101: { busy: true } },
  });
  expect(uis.settings).toMatchObject({
    answerByThemselves: { visitor: 3, office: 1 },
    people: { 79000000101: { busy: true } },
  });
  await ask("PUT", "/settings", { answerByThemselves: { visitor: null }, people: { 79000000101: null } });
  expect(uis.settings.answerByThemselves).toEqual({ visitor: null, office: 1 });
  expect(uis.settings.people).toEqual({});
});

test.each([
  ["an unknown setting", { colour: "red" }, "settings_invalid"],
  ["a wrong value", { ringFor: -1 }, "settings_invalid"],
])("%s is refused and changes nothing", async (_what, body, code) => {
  const before = structuredClone(uis.settings);
  const response = await ask("PUT", "/settings", body);
  expect([response.status, await response.json()]).toMatchObject([400, { code }]);
  expect(uis.settings).toEqual(before);
});

test("a body that is not JSON is refused", async () => {
  const response = await fetch(`${uis.origin}/exchange/settings`, {
    method: "PUT",
    body: "{",
    headers: { "Content-Type": "application/json" },
  });
  expect([response.status, await response.json()]).toMatchObject([400, { code: "request_invalid" }]);
});

test("DELETE forgets everything", async () => {
  await placed();
  expect((await ask("DELETE", "")).status).toBe(204);
  expect(await (await ask("GET", "")).json()).toMatchObject({ calls: [], records: [] });
});

test("the event stream starts with the whole state and goes on with changes", async () => {
  const next = await eventStream();
  expect(await next()).toMatchObject({ event: "state", data: { calls: [], records: [] } });
  await placed();
  const seen = new Map<string, unknown>();
  while (!seen.has("call")) {
    const { event, data } = await next();
    seen.set(event, data);
  }
  expect(seen.get("call")).toMatchObject({ call: { id: "1", state: "dialling" } });
  expect(JSON.stringify(seen.get("record"))).not.toMatch(/[0-9a-f]{40}/);
  await ask("PUT", "/settings", { ringFor: 20 });
  for (;;) {
    const { event, data } = await next();
    if (event !== "state") continue;
    expect(data).toMatchObject({ settings: { ringFor: 20 }, calls: [{ id: "1" }] });
    break;
  }
});

test("a watcher that disconnects harms no other", async () => {
  const controller = new AbortController();
  await fetch(`${uis.origin}/exchange/events`, { signal: controller.signal });
  controller.abort();
  await placed();
  uis.exchange.hangUp("1");
  expect((await ask("GET", "")).status).toBe(200);
});

/** Opens the event stream of the simulator. Returns a function that waits for the next event and returns it. */
async function eventStream(): Promise<() => Promise<{ event: string; data: unknown }>> {
  const response = await fetch(`${uis.origin}/exchange/events`);
  const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader();
  let text = "";
  return async () => {
    for (;;) {
      const end = text.indexOf("\n\n");
      if (end < 0) {
        text += (await reader.read()).value ?? "";
        continue;
      }
      const block = text.slice(0, end);
      text = text.slice(end + 2);
      const field = (name: string): string => new RegExp(`^${name}:\\s?(.*)$`, "m").exec(block)?.[1] ?? "";
      if (field("event")) return { event: field("event"), data: JSON.parse(field("data")) as unknown };
    }
  };
}
