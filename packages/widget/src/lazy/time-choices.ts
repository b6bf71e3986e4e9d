/** An interval. Both times are in ISO 8601 format. */
interface Time {
  from: string;
  to: string;
}

/** A time that the visitor can choose. */
export interface Choice {
  /** The time in ISO 8601 format and in UTC. */
  at: string;
  /** The visitor's local time, for example `09:30`. */
  clock: string;
}

const STEP = 30 * 60_000;
/** Minimum time between now and a choice, so that the visitor has time to submit the form. */
const LEAD = 60_000;
/** Maximum time between now and a scheduled call that the backend accepts. */
const AHEAD = 14 * 24 * 60 * 60_000;

/**
 * Lists the times that a visitor can choose, half an hour apart, grouped by the visitor's local days. If a local time
 * occurs twice because of a clock change, only the first occurrence is listed.
 *
 * @param quiet hours to leave out, in the visitor's local time, for example `21:00-08:00`
 * @param now the present time in milliseconds
 * @param timeZone the visitor's time zone; default: that of the browser
 */
export function choicesIn(
  times: readonly Time[],
  quiet: string | undefined,
  now: number,
  timeZone?: string,
): Choice[][] {
  // The Swedish format is similar to ISO 8601: "2026-11-24 09:30".
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
