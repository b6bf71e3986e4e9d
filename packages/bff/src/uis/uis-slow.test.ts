import { startTestBff, type TestBff } from "@uis-call/testing/test-bff";
import { afterAll, beforeAll, expect, it } from "vitest";

let bff: TestBff;
beforeAll(async () => {
  bff = await startTestBff();
});
afterAll(() => bff.stop());

// The test takes real time, because it proves that no time limit of the socket ends the request.
it("counts an answer that UIS takes 40 seconds for", { timeout: 60_000 }, async () => {
  bff.uis.exchange.settings.answersWhen = "accepted";
  bff.uis.beforeAnswer = (request, answer) => {
    if (request.method === "place_calls") answer.delay = 40_000;
  };
  const visitor = bff.visitor();
  await visitor.open();
  const { status, body } = await visitor.call({ target: "sales", phone: "8 900 000-00-01" });
  expect([status, body.status]).toEqual([202, "dialing"]);
  const states: string[] = [];
  for await (const call of visitor.follow(body.id)) states.push(call.status);
  expect(states).toEqual(["dialing", "placed"]);
  expect(bff.uis.received("place_calls")).toHaveLength(1);
});
