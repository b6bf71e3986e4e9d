/** A stretch of time, ISO 8601. */
interface Time {
  from: string;
  to: string;
}

const STEP = 30 * 60_000;
/** The visitor needs a moment to send it. */
const LEAD = 60_000;
/** As far ahead as the backend takes calls. */
const AHEAD = 14 * 24 * 60 * 60_000;

/**
 * The times a visitor can choose, half an hour apart, by the days of their own calendar.
 *
 * @param quiet `21:00-08:00`, by the visitor's clock: not then, unless there are no others
 * @param now milliseconds
 * @returns `awake`: none of them is in the quiet hours
 */
export function choicesIn(
  times: readonly Time[],
  quiet: string | undefined,
  now: number,
): { days: string[][]; awake: boolean } {
  const all: Date[] = [];
  for (const { from, to } of times) {
    for (let time = Date.parse(from); time < Date.parse(to) && time < now + AHEAD; time += STEP)
      if (time > now + LEAD) all.push(new Date(time));
  }
  const waking = all.filter((time) => !isQuiet(time, quiet));
  const awake = waking.length > 0;
  const days: string[][] = [];
  let last = "";
  for (const time of awake ? waking : all) {
    const day = time.toDateString();
    if (day !== last) days.push([]);
    last = day;
    days.at(-1)?.push(time.toISOString());
  }
  return { days, awake };
}

function isQuiet(time: Date, quiet = ""): boolean {
  const [from, to] = quiet.split("-");
  if (!from || !to) return false;
  const clock = [time.getHours(), time.getMinutes()].map((part) => String(part).padStart(2, "0")).join(":");
  return from <= to ? from <= clock && clock < to : clock >= from || clock < to;
}
