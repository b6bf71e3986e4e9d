import { describe, expect, it } from "vitest";
import { TestClock } from "@uis-call/testing/test-clock";
import type { Outcome } from "./uis-client.js";
import { createTokenProvider } from "./token-provider.js";

const MINUTE = 60_000;

function tokensOf(answers: ({ token: string } | Outcome)[]) {
  const clock = new TestClock();
  let asked = 0;
  const tokens = createTokenProvider(
    () => Promise.resolve(answers[asked++] ?? { token: `k${asked}` }),
    clock,
  );
  return { tokens, clock, asked: () => asked };
}

describe("tokens", () => {
  it("are asked for once, however many wait", async () => {
    const { tokens, asked } = tokensOf([]);
    const got = await Promise.all(Array.from({ length: 100 }, () => tokens.get()));
    expect(new Set(got.map((token) => JSON.stringify(token)))).toEqual(new Set(['{"token":"k1"}']));
    expect(asked()).toBe(1);
  });

  it("are renewed before their hour is over", async () => {
    const { tokens, clock, asked } = tokensOf([]);
    await tokens.get();
    clock.advance(49 * MINUTE);
    await tokens.get();
    expect(asked()).toBe(1);
    clock.advance(2 * MINUTE);
    expect(await tokens.get()).toEqual({ token: "k2" });
  });

  it("are replaced once, however many calls hear that the old one is refused", async () => {
    const { tokens, asked } = tokensOf([]);
    await tokens.get();
    expect(tokens.refused("k1")).toBe(true);
    expect(await tokens.get()).toEqual({ token: "k2" });
    expect(tokens.refused("k1")).toBe(true);
    await tokens.get();
    expect(asked()).toBe(2);
  });

  it("are given up when the replacement is refused as well, unless it had been accepted in between", async () => {
    const { tokens } = tokensOf([]);
    await tokens.get();
    tokens.refused("k1");
    await tokens.get();
    expect(tokens.refused("k2")).toBe(false);
    await tokens.get();
    tokens.accepted("k3");
    expect(tokens.refused("k3")).toBe(true);
  });

  it("may be replaced again when the last replacement was never refused, only never proved", async () => {
    const { tokens, clock } = tokensOf([]);
    await tokens.get();
    tokens.refused("k1");
    await tokens.get();
    clock.advance(51 * MINUTE);
    expect(await tokens.get()).toEqual({ token: "k3" });
    expect(tokens.refused("k3")).toBe(true);
  });

  it("pass a refusal on to all who wait and ask again next time", async () => {
    const refusal: Outcome = { kind: "wait", because: "unreachable" };
    const { tokens } = tokensOf([refusal]);
    expect(await Promise.all([tokens.get(), tokens.get()])).toEqual([refusal, refusal]);
    expect(await tokens.get()).toEqual({ token: "k2" });
  });
});
