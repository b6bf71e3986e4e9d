import { describe, expect, it } from "vitest";
import { backOff } from "./backoff.js";

const waits = (options: Parameters<typeof backOff>[1]): number[] =>
  [1, 2, 3, 4, 5, 6].map((failures) => backOff(failures, options));

describe("a back-off", () => {
  it("doubles from the first wait to the longest, and stays there however often it fails", () => {
    expect(waits({ first: 1000, longest: 10_000 })).toEqual([1000, 2000, 4000, 8000, 10_000, 10_000]);
    expect(backOff(10_000, { first: 1000, longest: 10_000 })).toBe(10_000);
  });

  it("grows by another factor where one is named", () => {
    expect(waits({ first: 1, longest: 1000, factor: 4 })).toEqual([1, 4, 16, 64, 256, 1000]);
  });

  it("spreads a wait over its second half by what is passed in", () => {
    const spread = (value: number) => waits({ first: 1000, longest: 4000, random: () => value }).slice(0, 3);
    expect(spread(0)).toEqual([500, 1000, 2000]);
    expect(spread(0.5)).toEqual([750, 1500, 3000]);
  });
});
