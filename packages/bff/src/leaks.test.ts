import { SCANNED } from "@uis-call/testing/acme";
import { startTestBff, type TestBff } from "@uis-call/testing/test-bff";
import type { Visitor } from "@uis-call/testing/visitor";
import { afterAll, beforeAll, expect, it, vi } from "vitest";

/** The visitor's own number. It must appear neither in an answer nor in the log. */
const VISITOR_NUMBER = "79000000001";
const CALL = { target: "sales", phone: "8 (900) 000-00-01" };

/**
 * UIS's answer to a call, and the number of orders that UIS gets because of it. If UIS refuses a session key,
 * the order is sent once more with a new key.
 */
const FAULTS: [fault: number | "reset", orders: number][] = [
  [-32001, 1],
  [-32002, 2],
  [-32003, 1],
  [-32004, 1],
  [-32005, 2],
  [-32600, 1],
  [-32601, 1],
  [-32602, 1],
  [-32603, 1],
  [-32700, 1],
  ["reset", 1],
];

const bffs: TestBff[] = [];
const visitors: Visitor[] = [];
const keys = new Set<string>();
/** Number of times that each fault occurred. Only a fault that occurred can have caused a leak. */
const met = new Map<number | "reset", number>();

beforeAll(async () => {
  await liveAnEventfulDay();
  // Uses one backend per fault, because some faults open the circuit.
  await Promise.all(FAULTS.map(([fault, orders]) => meet(fault, orders)));
  for (const { answer } of bffs.flatMap(({ uis }) => uis.received("authenticate"))) {
    const key = /[\da-f]{40}/.exec(JSON.stringify(answer))?.[0];
    if (key !== undefined) keys.add(key);
  }
}, 30_000);
afterAll(() => Promise.all(bffs.map((bff) => bff.stop())));

async function arrive(): Promise<{ bff: TestBff; visitor: Visitor }> {
  const bff = await startTestBff();
  bff.uis.exchange.settings.answersWhen = "accepted";
  const visitor = bff.visitor();
  bffs.push(bff);
  visitors.push(visitor);
  await visitor.open();
  return { bff, visitor };
}

/** Makes the backend give every kind of answer. */
async function liveAnEventfulDay(): Promise<void> {
  const { visitor } = await arrive();
  await visitor.send("GET", "/widget.js");
  await visitor.send("GET", "/health/ready");
  await visitor.call(CALL);
  await visitor.call({ ...CALL, target: "support" });
  for (const broken of [
    { ...CALL, phone: "x" },
    { ...CALL, numc: SCANNED.office },
    { ...CALL, target: "x" },
  ]) {
    await visitor.call(broken);
  }
  await visitor.call(CALL, { origin: "https://evil.example" });
  await visitor.send("GET", `/calls/${VISITOR_NUMBER}?phone=${VISITOR_NUMBER}`);
}

/** Causes a fault of UIS. The text of the fault quotes everything that was sent. */
async function meet(fault: number | "reset", orders: number): Promise<void> {
  const { bff, visitor } = await arrive();
  bff.uis.beforeAnswer = (request, answer) => {
    if (request.method !== "place_calls") return;
    met.set(fault, (met.get(fault) ?? 0) + 1);
    const data = `numa ${VISITOR_NUMBER}, numc ${SCANNED.office}, key ${JSON.stringify(request.params)}`;
    if (fault === "reset") answer.reset = true;
    else answer.body = { jsonrpc: "2.0", error: { code: fault, message: data, data } };
  };
  const { body } = await visitor.call(CALL);
  await vi.waitUntil(() => (met.get(fault) ?? 0) >= orders, { timeout: 5_000 });
  await visitor.read(body.id);
  await visitor.send("GET", "/health/ready");
}

const seenByVisitors = (): string => visitors.flatMap(({ seen }) => seen).join("\n");
const logged = (): string => bffs.map((bff) => bff.logged()).join("");
const secrets = (): string[] => [SCANNED.password, "acme-login", ...keys];
const numbers = (): string[] => [SCANNED.office, SCANNED.groupOffice, "79000000112"];
/** Removes everything but letters and digits from a text, so that a number is found in any notation. */
const digits = (text: string): string => text.replaceAll(/[^\da-zA-Z]/g, "");

it("has values to look for, and texts to search", () => {
  expect([...met].sort()).toEqual([...FAULTS].sort());
  expect(keys.size).toBeGreaterThanOrEqual(FAULTS.length);
  expect(visitors.flatMap(({ seen }) => seen).length).toBeGreaterThanOrEqual(10 + 4 * FAULTS.length);
  expect(logged().split("\n").length).toBeGreaterThan(15 + FAULTS.length);
  // Checks that UIS's texts are in the log, so that there was something to mask.
  expect(logged()).toContain("numa ");
});

it("shows no credential, session key or office number in any answer", () => {
  const seen = seenByVisitors();
  for (const secret of secrets()) expect(seen).not.toContain(secret);
  for (const number of numbers()) expect(digits(seen)).not.toContain(number);
});

it("shows the visitor no number, not even their own, and no text of UIS", () => {
  const seen = digits(seenByVisitors());
  expect(seen).not.toContain(VISITOR_NUMBER);
  expect(seen).not.toContain("numa");
});

it("logs no credential, session key or number", () => {
  const log = logged();
  for (const secret of secrets()) expect(log).not.toContain(secret);
  for (const number of [...numbers(), VISITOR_NUMBER]) expect(digits(log)).not.toContain(number);
});
