import { TestClock } from "@uis-call/testing/test-clock";
import { describe, expect, it } from "vitest";
import { createCircuitBreaker } from "./circuit-breaker.js";
import type { CallOrder, Outcome } from "./uis-client.js";

const ORDER = {} as CallOrder;

function breakerWith(...outcomes: Outcome[]) {
  const clock = new TestClock();
  const opened: (number | undefined)[] = [];
  const client = {
    placeCall: () => Promise.resolve(outcomes.shift() ?? { kind: "placed" as const }),
  };
  return { clock, opened, breaker: createCircuitBreaker(client, clock, ({ code }) => opened.push(code)) };
}

describe("a circuit breaker", () => {
  it("opens when UIS refuses the account, says so once, and is tried again after five minutes", async () => {
    const refusal: Outcome = { kind: "refused", fault: "account", code: -32003 };
    const { breaker, clock, opened } = breakerWith(refusal, refusal);
    await Promise.all([breaker.placeCall(ORDER), breaker.placeCall(ORDER)]);
    expect(breaker.opened()).toMatchObject({ since: clock.now(), code: -32003 });
    expect(opened).toEqual([-32003]);
    clock.advance(5 * 60_000);
    expect(breaker.opened()).toBeUndefined();
  });

  describe("when a firewall in front of UIS refuses", () => {
    const refusal: Outcome = { kind: "refused", fault: "firewall", detail: "HTTP 403" };
    const to = (visitor: string) => ({ visitor }) as CallOrder;

    it("one visitor's calls, goes on, however many there are", async () => {
      const { breaker } = breakerWith(...Array<Outcome>(10).fill(refusal));
      for (let call = 0; call < 10; call++) expect(await breaker.placeCall(to("one"))).toEqual(refusal);
      expect(breaker.opened()).toBeUndefined();
    });

    it("the calls to three numbers in a row, opens", async () => {
      const { breaker, opened } = breakerWith(refusal, refusal, refusal);
      for (const visitor of ["one", "two", "three"]) {
        expect(breaker.opened()).toBeUndefined();
        await breaker.placeCall(to(visitor));
      }
      expect(breaker.opened()).toBeDefined();
      expect(opened).toEqual([undefined]);
      expect(await breaker.placeCall(to("four"))).toMatchObject({ kind: "refused", fault: "account" });
    });

    it("two numbers and not the next, counts anew", async () => {
      const { breaker } = breakerWith(refusal, refusal, { kind: "placed" }, refusal, refusal);
      for (const visitor of ["one", "two", "three", "four", "five"]) await breaker.placeCall(to(visitor));
      expect(breaker.opened()).toBeUndefined();
    });
  });

  it("sends nothing while it is open, and goes on once a call under way proves it good", async () => {
    const clock = new TestClock();
    const answers: ((outcome: Outcome) => void)[] = [];
    const breaker = createCircuitBreaker(
      { placeCall: () => new Promise((resolve) => answers.push(resolve)) },
      clock,
    );
    const [refused, placed] = [breaker.placeCall(ORDER), breaker.placeCall(ORDER)];
    answers[0]?.({ kind: "refused", fault: "account", code: -32001 });
    await refused;
    const since = clock.now();
    clock.advance(1000);
    expect(await breaker.placeCall(ORDER)).toEqual({ kind: "refused", fault: "account", code: -32001 });
    expect(answers).toHaveLength(2);
    expect(breaker.opened()?.since).toEqual(since);
    answers[1]?.({ kind: "placed" });
    await placed;
    expect(breaker.opened()).toBeUndefined();
  });

  it.each<Outcome>([
    { kind: "placed" },
    { kind: "refused", fault: "call" },
    { kind: "refused", fault: "defect", code: -32602 },
    { kind: "renew", code: -32005 },
    { kind: "wait", because: "limit" },
    { kind: "unknown" },
  ])("goes on after %o", async (outcome) => {
    const { breaker } = breakerWith(outcome);
    await breaker.placeCall(ORDER);
    expect(breaker.opened()).toBeUndefined();
  });

  it("at UIS's limit sends one call at a time, ever more rarely, until there is room again", async () => {
    const clock = new TestClock();
    let room = false;
    let asked = 0;
    const breaker = createCircuitBreaker(
      {
        placeCall: () => {
          asked++;
          return Promise.resolve(
            room ? { kind: "placed" } : { kind: "wait", because: "limit", code: -32004 },
          );
        },
      },
      clock,
    );
    const wave = () => Promise.all(Array.from({ length: 20 }, () => breaker.placeCall(ORDER)));
    // All these calls are under way before the first refusal arrives.
    await wave();
    expect(asked).toBe(20);
    const perMinute = [];
    for (let minute = 0; minute < 5; minute++) {
      const before = asked;
      for (let second = 0; second < 60; second++) {
        await wave();
        clock.advance(1000);
      }
      perMinute.push(asked - before);
    }
    expect(perMinute).toEqual([5, 1, 1, 1, 1]);
    room = true;
    clock.advance(60_000);
    const outcomes = await wave();
    expect(outcomes.filter(({ kind }) => kind === "placed")).toHaveLength(1);
    expect((await wave()).every(({ kind }) => kind === "placed")).toBe(true);
  });

  it.each<[string, Outcome, boolean]>([
    ["cannot be connected to", { kind: "wait", because: "unreachable" }, false],
    ["gives no proper answer", { kind: "unknown", detail: "HTTP 502" }, true],
  ])(
    "is left alone when call after call %s, and asked by one at a time",
    async (_what, failure, connects) => {
      const clock = new TestClock();
      let well = false;
      let asked = 0;
      const breaker = createCircuitBreaker(
        {
          async placeCall(_order, confirmSend) {
            asked++;
            if (well || connects) await confirmSend?.();
            return well ? { kind: "placed" } : failure;
          },
        },
        clock,
      );
      const sequentially = async (count: number) => {
        const outcomes = [];
        for (let n = 0; n < count; n++) outcomes.push(await breaker.placeCall(ORDER));
        return outcomes;
      };
      const outcomes = await sequentially(10);
      expect(asked).toBe(5);
      expect(outcomes.slice(5)).toEqual(Array(5).fill({ kind: "wait", because: "unreachable" }));
      for (let second = 0; second < 60; second++) {
        clock.advance(1000);
        await sequentially(5);
      }
      // In 60 seconds, five calls test UIS: one after each cool-down of 1, 2, 4, 8 and 16 seconds.
      expect(asked).toBe(5 + 5);
      well = true;
      clock.advance(60_000);
      expect(await sequentially(5)).toEqual(Array(5).fill({ kind: "placed" }));
    },
  );

  it("has no cool-down for calls that this backend did not send", async () => {
    let asked = 0;
    const breaker = createCircuitBreaker(
      {
        async placeCall(_order, confirmSend) {
          asked++;
          await confirmSend?.();
          return { kind: "wait", because: "unreachable", detail: "WITHDRAWN" };
        },
      },
      new TestClock(),
    );
    for (let n = 0; n < 20; n++) await breaker.placeCall(ORDER, () => Promise.resolve(false));
    expect(asked).toBe(20);
  });
});
