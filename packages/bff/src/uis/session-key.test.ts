import { TestClock } from "@uis-call/testing/test-clock";
import { describe, expect, it } from "vitest";
import type { Outcome } from "./uis-client.js";
import { createSessionKeys } from "./session-key.js";

const MINUTE = 60_000;

function keysOf(answers: ({ key: string } | Outcome)[]) {
  const clock = new TestClock();
  let asked = 0;
  const keys = createSessionKeys(() => Promise.resolve(answers[asked++] ?? { key: `k${asked}` }), clock);
  return { keys, clock, asked: () => asked };
}

describe("session keys", () => {
  it("are asked for once, however many wait", async () => {
    const { keys, asked } = keysOf([]);
    const got = await Promise.all(Array.from({ length: 100 }, () => keys.get()));
    expect(new Set(got.map((key) => JSON.stringify(key)))).toEqual(new Set(['{"key":"k1"}']));
    expect(asked()).toBe(1);
  });

  it("are renewed before their hour is over", async () => {
    const { keys, clock, asked } = keysOf([]);
    await keys.get();
    clock.advance(49 * MINUTE);
    await keys.get();
    expect(asked()).toBe(1);
    clock.advance(2 * MINUTE);
    expect(await keys.get()).toEqual({ key: "k2" });
  });

  it("are replaced once, however many calls hear that the old one is refused", async () => {
    const { keys, asked } = keysOf([]);
    await keys.get();
    expect(keys.refused("k1")).toBe(true);
    expect(await keys.get()).toEqual({ key: "k2" });
    expect(keys.refused("k1")).toBe(true);
    await keys.get();
    expect(asked()).toBe(2);
  });

  it("are given up when the replacement is refused as well, unless it had been accepted in between", async () => {
    const { keys } = keysOf([]);
    await keys.get();
    keys.refused("k1");
    await keys.get();
    expect(keys.refused("k2")).toBe(false);
    await keys.get();
    keys.accepted("k3");
    expect(keys.refused("k3")).toBe(true);
  });

  it("may be replaced again when the last replacement was never refused, only never proved", async () => {
    const { keys, clock } = keysOf([]);
    await keys.get();
    keys.refused("k1");
    await keys.get();
    clock.advance(51 * MINUTE);
    expect(await keys.get()).toEqual({ key: "k3" });
    expect(keys.refused("k3")).toBe(true);
  });

  it("pass a refusal on to all who wait and ask again next time", async () => {
    const refusal: Outcome = { kind: "wait", because: "unreachable" };
    const { keys } = keysOf([refusal]);
    expect(await Promise.all([keys.get(), keys.get()])).toEqual([refusal, refusal]);
    expect(await keys.get()).toEqual({ key: "k2" });
  });
});
