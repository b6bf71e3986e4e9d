import { afterAll, beforeAll, expect, it } from "vitest";
import { PLANTED, startTestBff, type TestBff, type Visitor } from "./bff.harness.js";

/** The visitor's own number must not come back, either: not in an answer, not in a log. */
const VISITOR_NUMBER = "79000000001";
const CALL = { target: "sales", phone: "8 (900) 000-00-01" };

let bff: TestBff;
let visitor: Visitor;
const keys = new Set<string>();

beforeAll(async () => {
  bff = await startTestBff();
  visitor = bff.visitor();
  await liveAnEventfulDay();
}, 30_000);
afterAll(() => bff.stop());

/** Every kind of answer and every kind of trouble, so that whatever can leak has its chance. */
async function liveAnEventfulDay(): Promise<void> {
  bff.uis.exchange.settings.answersWhen = "accepted";
  await visitor.open();
  await visitor.send("GET", "/widget.js");
  await visitor.send("GET", "/health/ready");
  await visitor.call(CALL);
  await visitor.call({ ...CALL, target: "support" });
  for (const broken of [
    { ...CALL, phone: "x" },
    { ...CALL, numc: PLANTED.office },
    { ...CALL, target: "x" },
  ]) {
    await visitor.call(broken);
  }
  await visitor.call(CALL, { origin: "https://evil.example" });
  await visitor.send("GET", `/calls/${VISITOR_NUMBER}?phone=${VISITOR_NUMBER}`);
  for (const code of [-32001, -32002, -32003, -32004, -32600, -32602, -32603]) {
    bff.uis.beforeAnswer = (request, answer) => {
      const data = `numa ${VISITOR_NUMBER}, numc ${PLANTED.office}, key ${JSON.stringify(request.params)}`;
      if (request.method === "place_calls")
        answer.body = { jsonrpc: "2.0", error: { code, message: data, data } };
    };
    await visitor.call(CALL);
  }
  bff.uis.beforeAnswer = (_request, answer) => {
    answer.reset = true;
  };
  await visitor.call(CALL);
  for (const { answer } of bff.uis.received("authenticate")) {
    const key = /[\da-f]{40}/.exec(JSON.stringify(answer))?.[0];
    if (key !== undefined) keys.add(key);
  }
}

const secrets = (): string[] => [PLANTED.password, "acme-login", ...keys];
const numbers = (): string[] => [PLANTED.office, PLANTED.groupOffice, "79000000112"];
/** Finds a number in any writing. */
const digits = (text: string): string => text.replaceAll(/[^\da-zA-Z]/g, "");

it("plants what to look for, and looks at something", () => {
  expect(keys.size).toBeGreaterThan(0);
  expect(visitor.seen.length).toBeGreaterThan(15);
  expect(bff.logged().split("\n").length).toBeGreaterThan(15);
});

it("shows no credential, session key or office number in any answer", () => {
  const seen = visitor.seen.join("\n");
  for (const secret of secrets()) expect(seen).not.toContain(secret);
  for (const number of numbers()) expect(digits(seen)).not.toContain(number);
});

it("shows the visitor no number, the own included, and no text of UIS's", () => {
  const seen = digits(visitor.seen.join("\n"));
  expect(seen).not.toContain(VISITOR_NUMBER);
  expect(seen).not.toContain("numa");
});

it("logs no credential, session key or number", () => {
  const logged = bff.logged();
  for (const secret of secrets()) expect(logged).not.toContain(secret);
  for (const number of [...numbers(), VISITOR_NUMBER]) expect(digits(logged)).not.toContain(number);
});
