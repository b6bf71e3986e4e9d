import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { OpeningHours } from "./opening-hours.js";
import { OpeningHoursSchema } from "./opening-hours.js";
import { isQuiet, QuietHoursSchema } from "./quiet-hours.js";

const hours = (written: Record<string, unknown>, timeZone = "Europe/Moscow"): OpeningHours =>
  OpeningHoursSchema.parse({ timeZone, ...written });

/** Returns the problems that the schema finds, one line per problem. */
const problems = (written: Record<string, unknown>): string[] =>
  OpeningHoursSchema.safeParse({ timeZone: "Europe/Moscow", ...written }).error?.issues.map(
    ({ path, message }) => `${path.join(".")}: ${message}`,
  ) ?? [];

const at = (text: string): Date => new Date(text);

const written = (times: { from: Date; to: Date }[]): string[] =>
  times.map(({ from, to }) => `${from.toISOString().slice(0, 16)} ${to.toISOString().slice(0, 16)}`);

describe("opening hours", () => {
  const office = hours({
    weekly: { "mon-fri": ["09:00-13:00", "14:00-18:00"], sat: "10:00-14:00" },
    holidays: ["2027-01-01"],
    exceptions: { "2026-11-28": "closed", "2026-11-29": "12:00-13:00" },
  });

  // 2026-11-23 is a Monday. Moscow is three hours ahead of UTC.
  it.each([
    ["2026-11-23T05:59:59Z", false],
    ["2026-11-23T06:00:00Z", true],
    ["2026-11-23T10:00:00Z", false],
    ["2026-11-23T11:00:00Z", true],
    ["2026-11-23T14:59:59Z", true],
    ["2026-11-23T15:00:00Z", false],
    ["2026-11-28T08:00:00Z", false],
    ["2026-11-29T09:30:00Z", true],
    ["2026-12-05T08:00:00Z", true],
    ["2027-01-01T08:00:00Z", false],
  ])("at %s: open is %s", (time, open) => {
    expect(office.isOpen(at(time))).toBe(open);
  });

  it("open next at the end of the break, the next day, after the weekend, and after the holiday", () => {
    const next = (time: string) => office.nextOpening(at(time))?.toISOString();
    expect(next("2026-11-23T10:30:00Z")).toBe("2026-11-23T11:00:00.000Z");
    expect(next("2026-11-23T20:00:00Z")).toBe("2026-11-24T06:00:00.000Z");
    expect(next("2026-11-29T12:00:00Z")).toBe("2026-11-30T06:00:00.000Z");
    expect(next("2026-12-31T20:00:00Z")).toBe("2027-01-02T07:00:00.000Z");
    expect(next("2026-11-23T08:15:00Z")).toBe("2026-11-23T08:15:00.000Z");
  });

  it("are listed as times from now on, up to a number and within some days", () => {
    expect(written(office.openTimes(at("2026-11-23T08:15:00Z"), 14, 3))).toEqual([
      "2026-11-23T08:15 2026-11-23T10:00",
      "2026-11-23T11:00 2026-11-23T15:00",
      "2026-11-24T06:00 2026-11-24T10:00",
    ]);
    expect(written(office.openTimes(at("2026-11-23T16:00:00Z"), 1, 9))).toHaveLength(2);
  });

  it("around the clock are one period without a gap, over every clock change", () => {
    for (const timeZone of ["Europe/Berlin", "America/Havana", "Africa/Cairo", "Australia/Lord_Howe"]) {
      const always = hours({ weekly: { "mon-sun": "00:00-24:00" } }, timeZone);
      const [time, ...more] = always.openTimes(at("2026-01-01T12:00:00Z"), 365, 9);
      expect(more).toEqual([]);
      expect(time?.from.toISOString()).toBe("2026-01-01T12:00:00.000Z");
      expect(time?.to.getTime()).toBeGreaterThan(at("2027-01-01T00:00:00Z").getTime());
    }
  });

  it("never open again within a year say so", () => {
    const once = hours({ weekly: {}, exceptions: { "2026-11-24": "10:00-11:00" } });
    expect(once.nextOpening(at("2026-11-25T00:00:00Z"))).toBeUndefined();
    expect(once.openTimes(at("2026-11-25T00:00:00Z"), 14, 9)).toEqual([]);
  });

  it("over the week's end are one range", () => {
    const weekend = hours({ weekly: { "sat-mon": "10:00-12:00" } });
    const opens = weekend.openTimes(at("2026-11-24T00:00:00Z"), 7, 9).map(({ from }) => from.getUTCDay());
    expect(opens).toEqual([6, 0, 1]);
  });
});

describe("opening hours when clocks change", () => {
  // When clocks go forward, one hour of the night does not exist (on Lord Howe Island, half an hour). When they
  // go back, one hour exists twice.
  it.each([
    ["Europe/Berlin", "2026-03-29", "02:00-03:00", []],
    ["Europe/Berlin", "2026-03-29", "02:30-10:00", ["2026-03-29T01:30 2026-03-29T08:00"]],
    ["Europe/Berlin", "2026-03-29", "01:00-04:00", ["2026-03-29T00:00 2026-03-29T02:00"]],
    ["Europe/Berlin", "2026-03-29", "09:00-18:00", ["2026-03-29T07:00 2026-03-29T16:00"]],
    ["Europe/Berlin", "2026-10-25", "02:00-03:00", ["2026-10-25T01:00 2026-10-25T02:00"]],
    ["Europe/Berlin", "2026-10-25", "02:30-10:00", ["2026-10-25T01:30 2026-10-25T09:00"]],
    ["Europe/Berlin", "2026-10-25", "01:00-02:30", ["2026-10-24T23:00 2026-10-25T00:30"]],
    ["America/New_York", "2026-03-08", "02:00-03:00", []],
    ["America/New_York", "2026-11-01", "01:00-01:30", []],
    ["America/New_York", "2026-11-01", "00:30-02:00", ["2026-11-01T04:30 2026-11-01T07:00"]],
    ["Australia/Lord_Howe", "2026-10-04", "02:00-02:30", []],
    ["Australia/Lord_Howe", "2026-10-04", "02:15-09:00", ["2026-10-03T15:45 2026-10-03T22:00"]],
    ["Australia/Lord_Howe", "2026-04-05", "01:45-02:00", ["2026-04-04T15:15 2026-04-04T15:30"]],
    ["Africa/Casablanca", "2026-03-22", "09:00-18:00", ["2026-03-22T08:00 2026-03-22T17:00"]],
    ["Europe/Moscow", "2026-03-29", "02:30-10:00", ["2026-03-28T23:30 2026-03-29T07:00"]],
    ["America/Havana", "2026-03-08", "00:00-02:00", ["2026-03-08T05:00 2026-03-08T06:00"]],
  ])("in %s on %s, %s", (timeZone, date, span, times) => {
    const open = hours({ weekly: {}, exceptions: { [date]: span } }, timeZone);
    expect(written(open.openTimes(new Date(Date.parse(date) - 24 * 60 * 60_000), 3, 9))).toEqual(times);
  });

  const ZONES = [
    "Europe/Moscow",
    "Europe/Berlin",
    "America/New_York",
    "Australia/Lord_Howe",
    "Africa/Casablanca",
    "America/Havana",
    "Asia/Kathmandu",
  ];

  it("follow wall-clock time in every zone, at any time of five years", () => {
    const clock = (timeZone: string) => {
      const format = new Intl.DateTimeFormat("en", { timeZone, hourCycle: "h23", timeStyle: "short" });
      return (time: Date) => format.format(time);
    };
    const offices = ZONES.map((timeZone) => ({
      open: hours({ weekly: { "mon-sun": "08:30-19:45" } }, timeZone),
      wall: clock(timeZone),
    }));
    const times = fc.integer({ min: Date.UTC(2024, 0), max: Date.UTC(2029, 0) });
    fc.assert(
      fc.property(fc.nat(ZONES.length - 1), times, (index, ms) => {
        const { open, wall } = offices[index] ?? { open: office(), wall: String };
        const time = new Date(ms);
        expect(open.isOpen(time)).toBe(wall(time) >= "08:30" && wall(time) < "19:45");
        const next = open.nextOpening(time);
        expect(next === undefined ? "" : wall(next) >= "08:30" && wall(next) < "19:45").toBe(true);
      }),
      { numRuns: 2000 },
    );
  });

  it("are never empty, never overlap and never go back, whatever they are, in the days of a clock change", () => {
    const minutes = fc.integer({ min: 0, max: 24 * 60 });
    const spans = fc.tuple(minutes, minutes).filter(([from, to]) => from < to);
    const days = fc.constantFrom(
      "2026-03-28",
      "2026-10-24",
      "2026-03-07",
      "2026-10-31",
      "2026-04-04",
      "2026-10-03",
    );
    const text = (minute: number) =>
      `${String(Math.floor(minute / 60)).padStart(2, "0")}:${String(minute % 60).padStart(2, "0")}`;
    fc.assert(
      fc.property(fc.constantFrom(...ZONES), spans, days, (timeZone, [from, to], day) => {
        const open = hours({ weekly: { "mon-sun": `${text(from)}-${text(to)}` } }, timeZone);
        let last = 0;
        for (const time of open.openTimes(new Date(day), 4, 20)) {
          expect(time.from.getTime()).toBeGreaterThanOrEqual(last);
          expect(time.to.getTime()).toBeGreaterThan(time.from.getTime());
          expect(open.isOpen(time.from)).toBe(true);
          last = time.to.getTime();
        }
      }),
      { numRuns: 500 },
    );
  });
});

const office = () => hours({ weekly: { mon: "09:00-18:00" } });

describe("invalid hours", () => {
  it.each([
    [
      { timeZone: "Moscow", weekly: { mon: "09:00-18:00" } },
      "timeZone: write an IANA time zone, e.g. Europe/Moscow",
    ],
    [
      { timeZone: "+03:00", weekly: { mon: "09:00-18:00" } },
      "timeZone: write an IANA time zone, e.g. Europe/Moscow",
    ],
    [{ weekly: { monday: "09:00-18:00" } }, "weekly.monday: Invalid key in record"],
    [
      { weekly: { mon: "9-18" } },
      'weekly.mon: write from and to, e.g. "09:00-18:00", a list of such, or closed',
    ],
    [
      { weekly: { mon: "09:00-25:00" } },
      'weekly.mon: write from and to, e.g. "09:00-18:00", a list of such, or closed',
    ],
    [
      { weekly: { mon: "22:00-06:00" } },
      'weekly.mon: ends before it begins: over midnight write two, e.g. "22:00-24:00" for the one day and "00:00-06:00" for the next',
    ],
    [
      { weekly: { mon: ["09:00-13:00", "12:00-18:00"] } },
      "weekly.mon: two of these overlap: write each hour once",
    ],
    [{ weekly: { "mon-wed": "09:00-18:00", tue: "10:00-11:00" } }, "weekly.tue: tue is named twice"],
    [{ weekly: { mon: "closed" } }, "weekly: is never open: name at least one time"],
    [
      { weekly: { mon: "09:00-18:00" }, holidays: ["1.1.2027"] },
      'holidays.0: write a date, e.g. "2027-01-01"',
    ],
    [
      {
        weekly: { mon: "09:00-18:00" },
        holidays: ["2027-01-01"],
        exceptions: { "2027-01-01": "10:00-11:00" },
      },
      "exceptions.2027-01-01: is a holiday, too: take 2027-01-01 out of one of the two",
    ],
  ])("%j", (given, problem) => {
    expect(problems(given)).toEqual([problem]);
  });
});

describe("quiet hours", () => {
  const quiet = QuietHoursSchema.parse(undefined) ?? { from: 0, to: 0, text: "" };

  it.each([
    ["2026-11-23T17:59:00Z", "Europe/Moscow", false],
    ["2026-11-23T18:00:00Z", "Europe/Moscow", true],
    ["2026-11-24T04:59:00Z", "Europe/Moscow", true],
    ["2026-11-24T05:00:00Z", "Europe/Moscow", false],
    ["2026-11-24T05:00:00Z", "Asia/Vladivostok", false],
    ["2026-11-24T11:00:00Z", "Asia/Vladivostok", true],
    ["2026-07-01T05:30:00Z", "Europe/Berlin", true],
    ["2026-07-01T06:30:00Z", "Europe/Berlin", false],
  ])("by default are from nine to eight: %s in %s is %s", (time, timeZone, is) => {
    expect(isQuiet(quiet, at(time), timeZone)).toBe(is);
  });

  it("can lie within a day, and can be none", () => {
    const noon = QuietHoursSchema.parse("13:00-14:00");
    expect(noon && isQuiet(noon, at("2026-11-23T10:30:00Z"), "Europe/Moscow")).toBe(true);
    expect(noon && isQuiet(noon, at("2026-11-23T11:00:00Z"), "Europe/Moscow")).toBe(false);
    expect(QuietHoursSchema.parse("none")).toBeUndefined();
    expect(QuietHoursSchema.safeParse("21-8").success).toBe(false);
  });
});
