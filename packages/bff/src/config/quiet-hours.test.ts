import { describe, expect, it } from "vitest";
import { isQuiet, type QuietHours, QuietHoursSchema, withoutQuiet } from "./quiet-hours.js";

const HOUR = 3_600_000;
const quietFrom = (text: string): QuietHours => {
  const quiet = QuietHoursSchema.parse(text);
  if (quiet === undefined) throw new Error(text);
  return quiet;
};
const isIn = (periods: readonly { from: Date; to: Date }[], at: Date) =>
  periods.some(({ from, to }) => from <= at && at < to);
const every = (from: Date, to: Date, minutes: number) =>
  Array.from(
    { length: (to.getTime() - from.getTime()) / (minutes * 60_000) },
    (_, n) => new Date(from.getTime() + n * minutes * 60_000),
  );

describe("periods without quiet hours", () => {
  const whole = { from: new Date("2026-11-23T10:20:00Z"), to: new Date("2026-11-26T01:00:00Z") };

  it.each([
    ["21:00-08:00", "Europe/Moscow"],
    ["21:00-08:00", "America/New_York"],
    ["23:30-06:15", "Asia/Kathmandu"],
    ["12:00-14:00", "Asia/Vladivostok"],
    ["00:00-23:59", "UTC"],
    ["08:00-08:00", "UTC"],
  ])("of %s in %s have each other minute, and no quiet one", (text, timeZone) => {
    const quiet = quietFrom(text);
    const periods = withoutQuiet(quiet, [whole], timeZone);
    for (const at of every(whole.from, whole.to, 5))
      expect([at, isIn(periods, at)]).toEqual([at, !isQuiet(quiet, at, timeZone)]);
  });

  it("keep the gaps between the periods", () => {
    const periods = [
      { from: new Date("2026-11-23T06:00:00Z"), to: new Date("2026-11-23T09:00:00Z") },
      { from: new Date("2026-11-23T17:00:00Z"), to: new Date("2026-11-23T20:00:00Z") },
    ];
    const awake = withoutQuiet(quietFrom("21:00-11:00"), periods, "Europe/Moscow");
    expect(awake.map(({ from, to }) => `${from.toISOString()}/${to.toISOString()}`)).toEqual([
      "2026-11-23T08:00:00.000Z/2026-11-23T09:00:00.000Z",
      "2026-11-23T17:00:00.000Z/2026-11-23T18:00:00.000Z",
    ]);
    expect(withoutQuiet(quietFrom("21:00-11:00"), [], "Europe/Moscow")).toEqual([]);
  });

  it.each(["2026-03-29", "2026-10-25"])("have no quiet minute on %s, when clocks change", (date) => {
    const quiet = quietFrom("22:00-02:30");
    const from = new Date(`${date}T00:00:00Z`);
    const periods = withoutQuiet(
      quiet,
      [{ from, to: new Date(from.getTime() + 48 * HOUR) }],
      "Europe/Berlin",
    );
    expect(periods.length).toBeGreaterThan(0);
    for (const period of periods)
      for (const at of every(period.from, period.to, 5))
        expect([at, isQuiet(quiet, at, "Europe/Berlin")]).toEqual([at, false]);
  });
});
