/** A stretch of time, ISO 8601. */
interface Time {
  from: string;
  to: string;
}

/** A time that can be chosen. */
export interface Choice {
  /** ISO 8601, UTC. */
  at: string;
  /** What the visitor's clock shows then, `09:30`. */
  clock: string;
}

const STEP = 30 * 60_000;
/** The visitor needs a moment to send it. */
const LEAD = 60_000;
/** As far ahead as the backend takes calls. */
const AHEAD = 14 * 24 * 60 * 60_000;

/**
 * The times a visitor can choose, half an hour apart, by the days of their own calendar. Where a clock change has the
 * clock show a time twice, it is the first of the two.
 *
 * @param quiet `21:00-08:00`, by the visitor's clock: not then
 * @param now milliseconds
 * @param timeZone the visitor's; default: the browser's
 */
export function choicesIn(
  times: readonly Time[],
  quiet: string | undefined,
  now: number,
  timeZone?: string,
): Choice[][] {
  // Swedish is written as ISO 8601 is: 2026-11-24 09:30.
  const local = new Intl.DateTimeFormat("sv", {
    ...{ timeZone, hourCycle: "h23", year: "numeric", month: "2-digit", day: "2-digit" },
    ...{ hour: "2-digit", minute: "2-digit" },
  });
  const days = new Map<string, Map<string, Choice>>();
  for (const { from, to } of times) {
    const end = Math.min(Date.parse(to), now + AHEAD);
    for (let time = Date.parse(from); time < end; time += STEP) {
      const [day = "", clock = ""] = local.format(time).split(" ");
      if (time < now + LEAD || isQuiet(clock, quiet)) continue;
      const choices = days.get(day) ?? new Map<string, Choice>();
      if (!choices.has(clock)) choices.set(clock, { at: new Date(time).toISOString(), clock });
      days.set(day, choices);
    }
  }
  return [...days.values()].map((choices) => [...choices.values()]);
}

function isQuiet(clock: string, quiet = ""): boolean {
  const [from = "", to = ""] = quiet.split("-");
  return from <= to ? from <= clock && clock < to : clock >= from || clock < to;
}
