import { z } from "zod";
import { hint } from "./hints.js";
import { OpeningHours, type OpenTime } from "./opening-hours.js";

const how = 'write from and to, e.g. "21:00-08:00", or none';

/**
 * Hours for which no visitor can schedule a call, in minutes from midnight. If `from` is later than `to`, the
 * hours include midnight.
 */
export interface QuietHours {
  from: number;
  to: number;
  /** The setting as it is written in the configuration. */
  text: string;
}

const TIME = /^([01]\d|2[0-3]):([0-5]\d)-([01]\d|2[0-3]):([0-5]\d)$/;

/** Schema of quiet hours: `21:00-08:00`, or `none`. */
export const QuietHoursSchema = z
  .string(hint(how))
  .refine((text) => text === "none" || TIME.test(text), how)
  .default("21:00-08:00")
  .transform((text): QuietHours | undefined => {
    const [, fromHour, fromMinute, toHour, toMinute] = (TIME.exec(text) ?? []).map(Number);
    if (fromHour === undefined) return undefined;
    return { from: fromHour * 60 + (fromMinute ?? 0), to: (toHour ?? 0) * 60 + (toMinute ?? 0), text };
  });

/**
 * Whether `at` is within the quiet hours in local time.
 *
 * @param timeZone IANA name of the time zone
 */
export function isQuiet({ from, to }: QuietHours, at: Date, timeZone: string): boolean {
  const parts = new Intl.DateTimeFormat("en", {
    timeZone,
    hourCycle: "h23",
    hour: "numeric",
    minute: "numeric",
  }).formatToParts(at);
  const valueOf = (name: string) => Number(parts.find(({ type }) => type === name)?.value);
  const now = valueOf("hour") * 60 + valueOf("minute");
  return from <= to ? from <= now && now < to : now >= from || now < to;
}

/**
 * Returns the parts of the periods that are outside the quiet hours in local time. The periods are sorted.
 *
 * @param timeZone IANA name of the time zone
 */
export function withoutQuiet(quiet: QuietHours, periods: readonly OpenTime[], timeZone: string): OpenTime[] {
  const [first] = periods;
  const last = periods.at(-1);
  if (first === undefined || last === undefined) return [];
  const days = Math.ceil((last.to.getTime() - first.from.getTime()) / DAY_MS) + 1;
  const awake = awakeHours(quiet, timeZone).openTimes(first.from, days, Infinity);
  return periods.flatMap((period) =>
    awake
      .map(({ from, to }) => ({
        from: from > period.from ? from : period.from,
        to: to < period.to ? to : period.to,
      }))
      .filter(({ from, to }) => from < to),
  );
}

const DAY_MS = 24 * 60 * 60_000;

/** Computed hours by quiet hours and time zone. Every session of a tenant needs the same few. */
const computed = new WeakMap<QuietHours, Map<string, OpeningHours>>();

/** Returns the hours of each day that are not quiet. */
function awakeHours(quiet: QuietHours, timeZone: string): OpeningHours {
  const byZone = computed.get(quiet) ?? new Map<string, OpeningHours>();
  computed.set(quiet, byZone);
  let hours = byZone.get(timeZone);
  if (hours === undefined) {
    const { from, to } = quiet;
    const spans = [
      ...(from <= to ? [{ from: 0, to: from }] : []),
      { from: to, to: from <= to ? 24 * 60 : from },
    ].filter((span) => span.from < span.to);
    hours = new OpeningHours({ timeZone, week: Array.from({ length: 7 }, () => spans), days: new Map() });
    byZone.set(timeZone, hours);
  }
  return hours;
}
