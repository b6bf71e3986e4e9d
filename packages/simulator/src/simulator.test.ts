import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import express from "express";
import { expect, onTestFinished, test } from "vitest";
import { placeCalls, post, rpc, sessionKey } from "./v1/endpoint.harness.js";
import { UisSimulator } from "./simulator.js";

async function started(uis = new UisSimulator()): Promise<UisSimulator> {
  await uis.start({ port: 0 });
  onTestFinished(() => uis.stop());
  return uis;
}

test("it listens on a free port and says where", async () => {
  const uis = await started();
  expect(uis.origin).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
  expect(uis.url).toBe(`${uis.origin}/v1`);
});

test("a port in use rejects with Node's error", async () => {
  const uis = await started();
  const other = new UisSimulator();
  await expect(other.start({ port: Number(new URL(uis.url).port) })).rejects.toMatchObject({
    code: "EADDRINUSE",
  });
  await other.stop();
});

test("a setting that does not exist is refused", () => {
  expect(() => new UisSimulator({ settings: { ringForever: true } as object })).toThrow(/ringForever/);
});

test("reset forgets calls, records, keys and the hook, and answers waiting requests with fail", async () => {
  const uis = await started();
  const key = await sessionKey(uis);
  const waiting = rpc(uis, "place_calls", placeCalls(key));
  await once(uis.exchange, "change");
  uis.beforeAnswer = () => {
    throw new Error("not called");
  };
  uis.reset();
  expect(await waiting).toMatchObject({ result: "fail" });
  expect(uis.exchange.calls).toEqual([]);
  expect(uis.records).toEqual([]);
  expect(await rpc(uis, "place_calls", placeCalls(key))).toMatchObject({ error: { code: -32002 } });
});

test("stop is quick while requests wait and streams are open, and it can start again", async () => {
  const uis = await started();
  const stream = await fetch(`${uis.origin}/exchange/events`);
  const waiting = rpc(uis, "place_calls", placeCalls(await sessionKey(uis)));
  const broken = expect(waiting).rejects.toThrow();
  await once(uis.exchange, "change");
  const before = performance.now();
  await uis.stop();
  expect(performance.now() - before).toBeLessThan(500);
  await broken;
  await stream.text().catch(() => undefined);
  await uis.start({ port: 0 });
  expect(await sessionKey(uis)).toHaveLength(40);
});

test("it can be mounted in another app under a prefix", async () => {
  const uis = new UisSimulator();
  const server = createServer(express().use("/simulator", uis.router())).listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}/simulator`;
  const body = { jsonrpc: "2.0", method: "authenticate", id: 1, params: { login: "demo", password: "demo" } };
  const answer = await fetch(`${origin}/v1`, { method: "POST", body: JSON.stringify(body) });
  expect(await answer.json()).toHaveProperty("result.session_key");
  const page = await (await fetch(`${origin}/`)).text();
  expect(page).toContain('src="/simulator/exchange.js"');
  expect(page).toContain('<uis-exchange base="/simulator">');
  const script = await (await fetch(`${origin}/exchange.js`)).text();
  const [, list = ""] = /^\/\*! Includes .+\. Licences: (\S+) \*\/\n/.exec(script) ?? [];
  expect(await (await fetch(`${origin}/${list}`)).text()).toContain("Google LLC");
  const stream = await fetch(`${origin}/exchange/events`);
  await uis.stop();
  expect(await stream.text()).toContain("event:state");
});

test("two hundred calls at once to one number all ring", async () => {
  const uis = await started(new UisSimulator({ settings: { answersWhen: "accepted" } }));
  const key = await sessionKey(uis);
  const envelope = (id: number): string =>
    JSON.stringify({ jsonrpc: "2.0", method: "place_calls", id, params: placeCalls(key) });
  const answers = await Promise.all(Array.from({ length: 200 }, (_, id) => post(uis, envelope(id))));
  expect(answers.every(({ status }) => status === 200)).toBe(true);
  expect(uis.exchange.calls.filter(({ state }) => state === "dialling")).toHaveLength(200);
});
