import { describe, expect, it } from "vitest";
import { endOfLifePassed } from "./node-end-of-life.js";

const on = (day: string): Date => new Date(`${day}T12:00:00Z`);

describe("the end of life of Node", () => {
  it.each([
    ["20.19.0", "2026-04-30", undefined],
    ["20.20.2", "2026-11-23", "2026-04-30"],
    ["22.1.0", "2026-11-23", undefined],
    ["24.11.0", "2026-11-23", undefined],
    ["24.11.0", "2028-05-01", "2028-04-30"],
    ["25.0.0", "2026-11-23", "its release"],
    ["26.0.0", "2026-11-23", undefined],
  ])("%s on %s gets no fixes since %s", (version, day, since) => {
    expect(endOfLifePassed(version, on(day))).toBe(since);
  });
});
