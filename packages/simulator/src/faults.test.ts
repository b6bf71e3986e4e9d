import { once } from "node:events";
import { expect, test } from "vitest";
import { sessionKey } from "./v1/endpoint.harness.js";
import { authenticate, playing } from "./script.harness.js";

test.each([
  [{ status: 503 }, "answers HTTP 503 Service Unavailable", 503, "503 Service Unavailable\n"],
  [
    { status: 502, body: "<h1>Bad</h1>" },
    'answers HTTP 502 Bad Gateway and sends "<h1>Bad</h1>"',
    502,
    "<h1>Bad</h1>",
  ],
  [
    { error: -32603 as const },
    "answers -32603 Internal error",
    200,
    '{"jsonrpc":"2.0","id":7,"error":{"code":-32603,"message":"Internal error","data":"As the script says"}}',
  ],
])("UIS fails with %j for a while, says so, and works again", async (fault, words, status, body) => {
  const { clock, uis, lines } = await playing([{ at: 10, uis: fault, for: 5 }]);
  await clock.advance(9999);
  expect(await (await authenticate(uis)).json()).toHaveProperty("result");
  await clock.advance(1);
  const answer = await authenticate(uis);
  expect([answer.status, await answer.text()]).toEqual([status, body]);
  await clock.advance(5000);
  expect(await (await authenticate(uis)).json()).toHaveProperty("result");
  expect(lines).toEqual([
    `script  t+10.0  for 5 s UIS ${words}`,
    `script  t+15.0  over: UIS ${words}`,
    "script  t+15.0  the script is over",
  ]);
});

test("UIS cuts connections", async () => {
  const { uis } = await playing([{ at: 0, uis: { reset: true }, for: 5 }]);
  await expect(authenticate(uis)).rejects.toThrow();
});

test("UIS is slow by some seconds of the simulator's clock", async () => {
  const { clock, uis } = await playing([{ at: 0, uis: { slowBy: 5 }, for: 60 }]);
  const answer = authenticate(uis);
  const [record] = (await once(uis.requests, "change")) as [{ answeredAt?: number }];
  await once(uis.requests, "change");
  await clock.advance(4999);
  expect(record.answeredAt).toBeUndefined();
  await clock.advance(1);
  expect((await answer).status).toBe(200);
});

test("a silent UIS never answers, not even when it works again", async () => {
  const { clock, uis } = await playing([{ at: 0, uis: { silence: true }, for: 5 }]);
  const gone = new AbortController();
  const answer = fetch(uis.url, { method: "POST", body: "{}", signal: gone.signal });
  const broken = expect(answer).rejects.toThrow("aborted");
  await once(uis.requests, "change");
  await once(uis.requests, "change");
  await clock.advance(24 * 3_600_000);
  expect(uis.records[0]).not.toHaveProperty("answeredAt");
  gone.abort();
  await broken;
  expect(await sessionKey(uis)).toHaveLength(40);
});

test("a fault can be for one method only", async () => {
  const { place } = await playing([{ at: 0, uis: { error: -32603, method: "place_calls" }, for: 5 }]);
  expect(await place()).toMatchObject({ error: { code: -32603, message: "Internal error" } });
});

test("a call is dialled though its answer is lost", async () => {
  const { uis, place } = await playing([{ at: 0, uis: { error: -32603, method: "place_calls" }, for: 5 }]);
  await place();
  expect(uis.exchange.calls[0]?.legs[0]?.state).toBe("ringing");
});

test("faults that overlap act together, the later over the earlier, and end one by one", async () => {
  const { clock, uis, lines } = await playing([
    { at: 0, uis: { status: 500 }, for: 20 },
    { at: 5, uis: { status: 503 }, for: 5 },
    { at: 10, uis: { body: "{" }, for: 5 },
  ]);
  const seen = async (): Promise<unknown[]> => {
    const answer = await authenticate(uis);
    return [answer.status, (await answer.text()).slice(0, 3)];
  };
  expect(await seen()).toEqual([500, "500"]);
  await clock.advance(5000);
  expect(await seen()).toEqual([503, "503"]);
  await clock.advance(5000);
  expect(await seen()).toEqual([500, "{"]);
  expect(lines.slice(-2)).toEqual([
    "script  t+10.0  over: UIS answers HTTP 503 Service Unavailable",
    'script  t+10.0  for 5 s UIS sends "{"',
  ]);
  await clock.advance(5000);
  expect(await seen()).toEqual([500, "500"]);
  await clock.advance(5000);
  expect(uis.beforeAnswer).toBeUndefined();
});

test("a reset ends the fault under way, and later ones still come", async () => {
  const { clock, uis } = await playing([
    { at: 0, uis: { status: 500 }, for: 10 },
    { at: 20, uis: { status: 503 }, for: 10 },
  ]);
  await fetch(`${uis.origin}/exchange`, { method: "DELETE" });
  expect((await authenticate(uis)).status).toBe(200);
  await clock.advance(20_000);
  expect((await authenticate(uis)).status).toBe(503);
});
