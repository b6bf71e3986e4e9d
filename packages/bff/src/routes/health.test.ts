import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { Health } from "@uis-call/shared";
import { TestClock } from "@uis-call/testing/test-clock";
import express from "express";
import { got } from "got";
import { afterEach, expect, it } from "vitest";
import { openDatabase } from "../store/database.js";
import { createOpenRouter } from "../http/router.js";
import { createLogger } from "../log.js";
import { healthRoutes } from "./health.js";

const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

it("readiness fails while new work is refused, and liveness does not", async () => {
  const db = await openDatabase("sqlite::memory:");
  closing.push(() => db.close());
  const state = { overloaded: true };
  const routes = healthRoutes({
    db,
    clock: new TestClock(),
    draining: () => false,
    overloaded: () => state.overloaded,
    openCircuits: () => new Map(),
  });
  const server = createServer(
    express().use(createOpenRouter(routes, { log: createLogger("silent") })),
  ).listen(0, "127.0.0.1");
  await once(server, "listening");
  closing.push(() => server.close());
  const ask = async (path: string) => {
    const url = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}/health/${path}`;
    const { statusCode, body } = await got<Health>(url, {
      responseType: "json",
      throwHttpErrors: false,
      retry: { limit: 0 },
    });
    return [statusCode, body];
  };
  expect(await ask("ready")).toEqual([503, { status: "unavailable", failed: ["overloaded"] }]);
  expect(await ask("live")).toEqual([200, { status: "ok" }]);
  state.overloaded = false;
  expect(await ask("ready")).toEqual([200, { status: "ok" }]);
});
