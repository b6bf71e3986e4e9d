import { expect } from "chai";
import { choicesIn } from "./time-choices.js";

const clocks = (...args: Parameters<typeof choicesIn>): string[][] =>
  choicesIn(...args).map((choices) => choices.map(({ clock }) => clock));
const from = (time: string): number => Date.parse(time);

describe("the times to choose from", () => {
  const hours = [
    { from: "2026-11-24T06:00:00.000Z", to: "2026-11-24T08:00:00.000Z" },
    { from: "2026-11-24T09:10:00.000Z", to: "2026-11-24T10:00:00.000Z" },
    { from: "2026-11-25T06:00:00.000Z", to: "2026-11-25T07:00:00.000Z" },
  ];
  const evening = from("2026-11-23T20:00:00Z");

  it("are half an hour apart from each opening on, the closing not among them, by days", () => {
    expect(clocks(hours, undefined, evening, "Europe/Moscow")).to.deep.equal([
      ["09:00", "09:30", "10:00", "10:30", "12:10", "12:40"],
      ["09:00", "09:30"],
    ]);
  });

  it("are sent in UTC", () => {
    expect(choicesIn(hours, undefined, evening, "Europe/Moscow")[0]?.[1]).to.deep.equal({
      at: "2026-11-24T06:30:00.000Z",
      clock: "09:30",
    });
  });

  it("fall on the days of the visitor's own calendar", () => {
    const around = [{ from: "2026-11-24T14:00:00.000Z", to: "2026-11-24T16:00:00.000Z" }];
    expect(clocks(around, undefined, evening, "Asia/Vladivostok")).to.deep.equal([
      ["00:00", "00:30", "01:00", "01:30"],
    ]);
    expect(clocks(around, undefined, evening, "Asia/Novosibirsk")).to.deep.equal([
      ["21:00", "21:30", "22:00", "22:30"],
    ]);
  });

  it("are those that are still to come, with a minute to send the request", () => {
    expect(clocks(hours, undefined, from("2026-11-24T09:39:30Z"), "UTC")).to.deep.equal([["06:00", "06:30"]]);
    expect(clocks(hours, undefined, from("2026-11-24T09:39:00Z"), "UTC")[0]).to.deep.equal(["09:40"]);
  });

  it("go no further than the two weeks the backend takes calls for", () => {
    const late = [{ from: "2026-12-07T19:00:00.000Z", to: "2026-12-07T21:00:00.000Z" }];
    expect(clocks(late, undefined, evening, "UTC")).to.deep.equal([["19:00", "19:30"]]);
  });

  it("are none where it is night for the visitor, over midnight or not", () => {
    const day = [{ from: "2026-11-24T00:00:00.000Z", to: "2026-11-25T00:00:00.000Z" }];
    const [awake] = clocks(day, "21:00-08:00", evening, "UTC");
    expect([awake?.[0], awake?.at(-1)]).to.deep.equal(["08:00", "20:30"]);
    expect(
      clocks(day, "12:00-14:00", evening, "UTC")[0]?.filter((clock) => /^1[1-4]/.test(clock)),
    ).to.deep.equal(["11:00", "11:30", "14:00", "14:30"]);
    expect(clocks(hours, "21:00-08:00", evening, "America/Los_Angeles")).to.deep.equal([]);
  });

  /** On days on which clocks change, some local times do not exist or occur twice. In Moscow, clocks do not change. */
  for (const [zone, change, what, gone, count] of [
    ["Europe/Berlin", "2027-03-28", "leave out 02:00 to 03:00", ["02:00", "02:30"], 46],
    ["Europe/Berlin", "2026-10-25", "have 02:00 to 03:00 twice", [], 48],
    ["America/New_York", "2027-03-14", "leave out 02:00 to 03:00", ["02:00", "02:30"], 46],
    ["America/New_York", "2026-11-01", "have 01:00 to 02:00 twice", [], 48],
    ["Australia/Lord_Howe", "2026-10-04", "leave out 02:00 to 02:30", ["02:00"], 47],
    ["Australia/Lord_Howe", "2027-04-04", "have 01:30 to 02:00 twice", [], 48],
    ["Africa/Casablanca", "2025-04-06", "leave out 02:00 to 03:00", ["02:00", "02:30"], 46],
    ["Africa/Casablanca", "2025-02-23", "have 02:00 to 03:00 twice", [], 48],
    ["Europe/Moscow", "2027-03-28", "stay as they are", [], 48],
  ] as const)
    it(`are each offered once, in order, and none that no clock shows: ${zone} on ${change}, when clocks ${what}`, () => {
      const noon = from(`${change}T12:00:00Z`);
      const span = [-36, 36].map((hours) => new Date(noon + hours * 3_600_000).toISOString());
      const always = [{ from: span[0] ?? "", to: span[1] ?? "" }];
      const days = choicesIn(always, undefined, noon - 72 * 3_600_000, zone);
      const local = new Intl.DateTimeFormat("sv", { timeZone: zone, dateStyle: "short" });
      const day = days.find(([first]) => first && local.format(Date.parse(first.at)) === change) ?? [];
      const shown = day.map(({ clock }) => clock);
      expect(shown).to.have.length(count);
      expect([...new Set(shown)].sort()).to.deep.equal(shown);
      for (const clock of gone) expect(shown).not.to.contain(clock);
      const sent = day.map(({ at }) => at);
      expect([...new Set(sent)].sort()).to.deep.equal(sent);
    });
});
