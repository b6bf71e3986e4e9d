import { z } from "zod";
import { hint } from "./hints.js";

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
