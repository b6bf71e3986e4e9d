import { TestClock } from "@uis-call/testing/test-clock";
import { describe, expect, it } from "vitest";
import { createUisAccount } from "./uis-account.js";
import type { CallOrder, Outcome } from "./uis-client.js";

const ORDER = {} as CallOrder;

function accountWith(...outcomes: Outcome[]) {
  const clock = new TestClock();
  const stops: (number | undefined)[] = [];
  const client = {
    placeCall: () => Promise.resolve(outcomes.shift() ?? { kind: "placed" as const }),
  };
  return { clock, stops, account: createUisAccount(client, clock, ({ code }) => stops.push(code)) };
}

describe("a UIS account", () => {
  it("stops when UIS refuses the account, says so once, and is tried again after five minutes", async () => {
    const refusal: Outcome = { kind: "refused", fault: "account", code: -32003 };
    const { account, clock, stops } = accountWith(refusal, refusal);
    await Promise.all([account.placeCall(ORDER), account.placeCall(ORDER)]);
    expect(account.stopped()).toMatchObject({ since: clock.now(), code: -32003 });
    expect(stops).toEqual([-32003]);
    clock.advance(5 * 60_000);
    expect(account.stopped()).toBeUndefined();
  });

  it("sends nothing while it is stopped, and goes on once a call under way proves it good", async () => {
    const clock = new TestClock();
    const answers: ((outcome: Outcome) => void)[] = [];
    const account = createUisAccount(
      { placeCall: () => new Promise((resolve) => answers.push(resolve)) },
      clock,
    );
    const [refused, placed] = [account.placeCall(ORDER), account.placeCall(ORDER)];
    answers[0]?.({ kind: "refused", fault: "account", code: -32001 });
    await refused;
    const since = clock.now();
    clock.advance(1000);
    expect(await account.placeCall(ORDER)).toEqual({ kind: "refused", fault: "account", code: -32001 });
    expect(answers).toHaveLength(2);
    expect(account.stopped()?.since).toEqual(since);
    answers[1]?.({ kind: "placed" });
    await placed;
    expect(account.stopped()).toBeUndefined();
  });

  it.each<Outcome>([
    { kind: "placed" },
    { kind: "refused", fault: "call" },
    { kind: "refused", fault: "defect", code: -32602 },
    { kind: "renew", code: -32005 },
    { kind: "wait", because: "limit" },
    { kind: "unknown" },
  ])("goes on after %o", async (outcome) => {
    const { account } = accountWith(outcome);
    await account.placeCall(ORDER);
    expect(account.stopped()).toBeUndefined();
  });

  it("at its limit is asked by one call at a time, ever more rarely, until there is room again", async () => {
    const clock = new TestClock();
    let room = false;
    let asked = 0;
    const account = createUisAccount(
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
    const wave = () => Promise.all(Array.from({ length: 20 }, () => account.placeCall(ORDER)));
    // Those already on their way when the first hears of it.
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
      const account = createUisAccount(
        {
          async placeCall(_order, mayISend) {
            asked++;
            if (well || connects) await mayISend?.();
            return well ? { kind: "placed" } : failure;
          },
        },
        clock,
      );
      const inTurn = async (count: number) => {
        const outcomes = [];
        for (let n = 0; n < count; n++) outcomes.push(await account.placeCall(ORDER));
        return outcomes;
      };
      const outcomes = await inTurn(10);
      expect(asked).toBe(5);
      expect(outcomes.slice(5)).toEqual(Array(5).fill({ kind: "wait", because: "unreachable" }));
      for (let second = 0; second < 60; second++) {
        clock.advance(1000);
        await inTurn(5);
      }
      // After 1, 2, 4, 8, 16 and 32 seconds more.
      expect(asked).toBe(5 + 5);
      well = true;
      clock.advance(60_000);
      expect(await inTurn(5)).toEqual(Array(5).fill({ kind: "placed" }));
    },
  );

  it("is not left alone for calls that we ourselves did not send", async () => {
    let asked = 0;
    const account = createUisAccount(
      {
        async placeCall(_order, mayISend) {
          asked++;
          await mayISend?.();
          return { kind: "wait", because: "unreachable", detail: "WITHDRAWN" };
        },
      },
      new TestClock(),
    );
    for (let n = 0; n < 20; n++) await account.placeCall(ORDER, () => Promise.resolve(false));
    expect(asked).toBe(20);
  });
});
