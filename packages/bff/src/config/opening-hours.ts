import { Temporal } from "temporal-polyfill";
import { z } from "zod";
import { hint } from "./hints.js";

/** Part of a day in minutes from midnight, in local time. 24:00 is 1440. */
export interface Span {
  from: number;
  to: number;
}

/** Period in which calls are made. It includes `from` and excludes `to`. */
export interface OpenTime {
  from: Date;
  to: Date;
}

/** Weekly hours and hours of single dates, in one time zone. */
export interface Schedule {
  timeZone: string;
  /** Spans of each weekday, beginning with Monday. */
  week: readonly Span[][];
  /** Spans of the dates whose hours differ from those of their weekday, by ISO date. */
  days: ReadonlyMap<string, Span[]>;
}

const DAY_MINUTES = 24 * 60;

/** Number of days that are searched for the next opening. */
const DAYS_AHEAD = 366;
/** Maximum number of days whose periods are cached. Every session needs the same few days. */
const MOST_KEPT = 1000;

/**
 * Opening hours of a target. A clock change may skip or repeat a local time. A span that begins or ends at such
 * a time gets the shorter of its possible lengths, so that no phone rings at an hour that may not be meant
 * (Temporal, `disambiguation`).
 */
export class OpeningHours {
  readonly #schedule: Schedule;
  readonly #computed = new Map<string, OpenTime[]>();

  constructor(schedule: Schedule) {
    this.#schedule = schedule;
  }

  /** IANA name of the time zone. */
  get timeZone(): string {
    return this.#schedule.timeZone;
  }

  isOpen(at: Date): boolean {
    const today = this.#dateAt(at);
    return this.#on(today).some(({ from, to }) => from <= at && at < to);
  }

  /**
   * Returns the next opening at or after `at`. While the target is open, this is `at` itself. Returns undefined
   * if there is no opening within a year.
   */
  nextOpening(at: Date): Date | undefined {
    const [next] = this.openTimes(at, DAYS_AHEAD, 1);
    return next?.from;
  }

  /**
   * Returns the open periods after `at`: at most `most` periods within `days` days. If the target is open at
   * `at`, the first period begins at `at`.
   */
  openTimes(at: Date, days: number, most: number): OpenTime[] {
    const times: OpenTime[] = [];
    const today = this.#dateAt(at);
    for (let ahead = 0; ahead <= days; ahead++) {
      for (const { from, to } of this.#on(today.add({ days: ahead }))) {
        if (to <= at) continue;
        const last = times.at(-1);
        if (last?.to.getTime() === from.getTime()) last.to = to;
        else if (times.length === most) return times;
        else times.push({ from: from < at ? at : from, to });
      }
    }
    return times;
  }

  #dateAt(at: Date): Temporal.PlainDate {
    return Temporal.Instant.fromEpochMilliseconds(at.getTime())
      .toZonedDateTimeISO(this.#schedule.timeZone)
      .toPlainDate();
  }

  #on(date: Temporal.PlainDate): OpenTime[] {
    const key = date.toString();
    let times = this.#computed.get(key);
    if (times === undefined) {
      const spans = this.#schedule.days.get(key) ?? this.#schedule.week[date.dayOfWeek - 1] ?? [];
      times = spans
        .map(({ from, to }) => ({
          from: this.#instant(date, from, "later"),
          to: this.#instant(date, to, "earlier"),
        }))
        .filter(({ from, to }) => from < to);
      if (this.#computed.size >= MOST_KEPT) this.#computed.clear();
      this.#computed.set(key, times);
    }
    return times;
  }

  #instant(date: Temporal.PlainDate, minutes: number, disambiguation: "earlier" | "later"): Date {
    const { timeZone } = this.#schedule;
    // Uses the start of the day for midnight, because a clock change may skip 00:00. Round-the-clock hours
    // therefore have no gap.
    const zoned =
      minutes % DAY_MINUTES === 0
        ? date.add({ days: minutes / DAY_MINUTES }).toZonedDateTime(timeZone)
        : date
            .toPlainDateTime({ hour: Math.floor(minutes / 60), minute: minutes % 60 })
            .toZonedDateTime(timeZone, { disambiguation });
    return new Date(zoned.epochMilliseconds);
  }
}

const DAYS = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];

const aTime = /^([01]\d|2[0-3]):([0-5]\d)$/;
const minutesOf = (text: string): number => {
  if (text === "24:00") return DAY_MINUTES;
  const [, hours, minutes] = aTime.exec(text) ?? [];
  return hours === undefined || minutes === undefined ? NaN : Number(hours) * 60 + Number(minutes);
};

const howSpans = 'write from and to, e.g. "09:00-18:00", a list of such, or closed';
const overMidnight =
  'ends before it begins: over midnight write two, e.g. "22:00-24:00" for the one day and "00:00-06:00" for the next';

function spanOf(text: string): Span | undefined {
  const [from = NaN, to = NaN, ...more] = text.split("-").map((part) => minutesOf(part.trim()));
  return more.length > 0 || Number.isNaN(from + to) ? undefined : { from, to };
}

/** Schema of the spans of a day. The result is sorted. A break is a gap between two spans. */
const Spans = z
  .union([z.string(), z.array(z.string()).min(1).max(12)], hint(howSpans))
  .transform((written, context): Span[] => {
    if (written === "closed") return [];
    const spans = [written].flat().flatMap((text) => spanOf(text) ?? []);
    const sorted = spans.sort((one, other) => one.from - other.from);
    const message =
      spans.length < [written].flat().length
        ? howSpans
        : spans.some(({ from, to }) => from >= to)
          ? overMidnight
          : sorted.some(({ from }, index) => from < (sorted[index - 1]?.to ?? 0))
            ? "two of these overlap: write each hour once"
            : undefined;
    if (message === undefined) return sorted;
    context.addIssue({ code: "custom", message });
    return z.NEVER;
  });

const howDays = "name a day or a range: mon, tue, wed, thu, fri, sat, sun, mon-fri";
const DayRange = z.string().refine((text) => daysIn(text) !== undefined, howDays);

/**
 * Returns the indexes of the weekdays in a day or range; Monday is 0. A range may include the end of the week,
 * such as `sat-mon`.
 */
function daysIn(text: string): number[] | undefined {
  const [first, last = first, ...more] = text.split("-").map((day) => DAYS.indexOf(day.trim()));
  if (first === undefined || last === undefined || more.length > 0 || first < 0 || last < 0) return undefined;
  const length = ((last - first + DAYS.length) % DAYS.length) + 1;
  return Array.from({ length }, (_, index) => (first + index) % DAYS.length);
}

const howDates = 'write a date, e.g. "2027-01-01"';
const IsoDate = z.iso.date(hint(howDates));

const howZones = "write an IANA time zone, e.g. Europe/Moscow";
/**
 * Whether the text is an IANA time zone. Offsets such as `+03:00` are refused, because they ignore clock
 * changes.
 */
export const isTimeZone = (text: string): boolean => {
  if (!/^[A-Za-z]/.test(text)) return false;
  try {
    new Intl.DateTimeFormat("en", { timeZone: text });
    return true;
  } catch {
    return false;
  }
};

/** Schema of opening hours; see docs/hours.md. */
export const OpeningHoursSchema = z
  .strictObject({
    timeZone: z.string(hint(howZones)).refine(isTimeZone, howZones),
    weekly: z.record(DayRange, Spans, hint('name days, e.g. { mon-fri: "09:00-18:00" }')),
    /** Dates on which the target is closed all day. */
    holidays: z.array(IsoDate).default([]),
    /** Hours of single dates, which replace the hours of their weekday. */
    exceptions: z.record(IsoDate, Spans).default({}),
  })
  .transform(({ timeZone, weekly, holidays, exceptions }, context) => {
    const week: Span[][] = DAYS.map(() => []);
    const named = new Set<number>();
    for (const [range, spans] of Object.entries(weekly)) {
      for (const day of daysIn(range) ?? []) {
        if (named.has(day)) {
          const message = `${DAYS[day] ?? ""} is named twice`;
          context.addIssue({ code: "custom", path: ["weekly", range], message });
        }
        named.add(day);
        week[day] = spans;
      }
    }
    const both = holidays.find((date) => Object.hasOwn(exceptions, date));
    if (both !== undefined) {
      const message = `is a holiday, too: take ${both} out of one of the two`;
      context.addIssue({ code: "custom", path: ["exceptions", both], message });
    }
    const days = new Map([
      ...holidays.map((date): [string, Span[]] => [date, []]),
      ...Object.entries(exceptions),
    ]);
    if ([...week, ...days.values()].every((spans) => spans.length === 0)) {
      context.addIssue({
        code: "custom",
        path: ["weekly"],
        message: "is never open: name at least one time",
      });
    }
    return new OpeningHours({ timeZone, week, days });
  });
