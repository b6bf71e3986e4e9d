import { z } from "zod";

const seconds = z.number().nonnegative();

const habit = z.strictObject({
  answerAfter: seconds.optional(),
  declineAfter: seconds.optional(),
  busy: z.boolean().optional(),
});

const settingsSchema = z.strictObject({
  answersWhen: z.enum(["carried-out", "accepted"]),
  ringFor: seconds,
  keyLifetime: seconds,
  speech: z.number().positive(),
  mediaLength: z.record(z.string(), seconds),
  defaultMediaLength: seconds,
  people: z.record(z.string(), habit),
  answerByThemselves: z.strictObject({
    visitor: seconds.nullable().optional(),
    office: seconds.nullable().optional(),
  }),
});

/** A change of some settings. In `people` and `mediaLength`, the value `null` deletes an entry. */
export const settingsChangeSchema = settingsSchema.partial().extend({
  mediaLength: z.record(z.string(), seconds.nullable()).optional(),
  people: z.record(z.string(), habit.nullable()).optional(),
});

/**
 * What the person at a phone does when it rings. Times are in seconds after the phone starts to ring. If there are two
 * times, the earlier one counts.
 */
export type Habit = z.infer<typeof habit>;

/**
 * How the simulated exchange and the people at the phones behave. Durations are in seconds. Defaults are in brackets.
 *
 * - `answersWhen`: when the HTTP response to `place_calls` is sent: after both legs are connected or the call has
 *   failed (`carried-out`, the default), or as soon as the request has passed all checks (`accepted`)
 * - `ringFor`: how long the phones of `numa` and of a single `numc` ring (60)
 * - `keyLifetime`: how long a session key is valid (3600)
 * - `speech`: how many characters of a text are spoken per second (15)
 * - `mediaLength`: the lengths of media files, by file name
 * - `defaultMediaLength`: the length of all other media files (5)
 * - `people`: what the people at certain phones do, by telephone number
 * - `answerByThemselves`: for each party, after how many seconds of ringing its other phones are answered; if absent,
 *   they ring until a command answers or declines the call
 */
export type Settings = z.infer<typeof settingsSchema>;
export type SettingsChange = z.infer<typeof settingsChangeSchema>;

/** Returns the settings that a new simulator has. */
export const defaultSettings = (): Settings => ({
  answersWhen: "carried-out",
  ringFor: 60,
  keyLifetime: 3600,
  speech: 15,
  mediaLength: {},
  defaultMediaLength: 5,
  people: {},
  answerByThemselves: {},
});

/** Changes the object `settings` itself. Other code that keeps this object then sees the new settings. */
export function applyChange(settings: Settings, change: SettingsChange): void {
  const { mediaLength, people, answerByThemselves, ...plain } = change;
  for (const [name, value] of Object.entries(plain)) {
    if (value !== undefined) Object.assign(settings, { [name]: value });
  }
  mergeEntries(settings.mediaLength, mediaLength);
  mergeEntries(settings.people, people);
  Object.assign(settings.answerByThemselves, answerByThemselves);
}

function mergeEntries<T>(entries: Record<string, T>, change: Record<string, T | null> = {}): void {
  for (const [name, value] of Object.entries(change)) {
    if (value === null) Reflect.deleteProperty(entries, name);
    else entries[name] = value;
  }
}
