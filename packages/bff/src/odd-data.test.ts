import { engines } from "@uis-call/testing/databases";
import { withoutLimits } from "@uis-call/testing/acme";
import { startTestBff, type TestBff } from "@uis-call/testing/test-bff";
import type { Visitor } from "@uis-call/testing/visitor";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";

describe.each(engines)("odd data on %s", (_engine, newUrl) => {
  let bff: TestBff;
  let visitor: Visitor;
  beforeAll(async () => {
    bff = await startTestBff({ databaseUrl: await newUrl(), configure: withoutLimits });
    bff.uis.exchange.settings.answersWhen = "accepted";
  });
  afterAll(() => bff.stop());
  beforeEach(async () => {
    visitor = bff.visitor();
    expect((await visitor.open()).status).toBe(200);
  });

  it.each(["%00", "a%00b", "x", "%F0%9F%98%80", "1 or 1=1", "%ED%A0%80", "a".repeat(2000)])(
    "the id %s is of no call: 404 for each route",
    async (id) => {
      const answers = [
        await visitor.send("GET", `/calls/${id}`),
        await visitor.send("GET", `/calls/${id}/events`),
        await visitor.send("DELETE", `/calls/${id}`),
      ];
      expect(answers.map(({ body }) => body.code)).toEqual(Array(3).fill("not_found"));
      expect(bff.logged()).not.toContain('"level":"error"');
    },
  );

  it.each(["\u0000", "a\u0000b", "\ud800", "\u001b[31m", "\u0085", "a\nb"])(
    "a variable with the value %j is stored and dialled, or refused with 4xx",
    async (product) => {
      const { status } = await visitor.call({
        target: "sales",
        phone: "8 900 000-00-01",
        variables: { product },
      });
      expect(status).toBeLessThan(500);
      expect(bff.logged()).not.toContain('"level":"error"');
    },
  );
});
