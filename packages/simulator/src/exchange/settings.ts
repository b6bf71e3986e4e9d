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

/** A change of some settings. In `people` and `mediaLength`, `null` removes an entry. */
export const settingsChangeSchema = settingsSchema.partial().extend({
  mediaLength: z.record(z.string(), seconds.nullable()).optional(),
  people: z.record(z.string(), habit.nullable()).optional(),
});

/** What the person at a number does when the phone rings. Times are seconds of ringing. The earlier action wins. */
export type Habit = z.infer<typeof habit>;

/**
 * How the exchange and the people at the phones behave. All durations are in seconds; defaults are in brackets.
 *
 * - `answersWhen`: when `place_calls` is answered: once the legs are connected or the call has failed
 *   (`carried-out`, the default), or as soon as the request has passed all checks (`accepted`)
 * - `ringFor`: how long `numa` and a single `numc` ring (60)
 * - `keyLifetime`: age at which a session key expires (3600)
 * - `speech`: characters per second of a spoken text (15)
 * - `mediaLength`: lengths of media files by file name
 * - `defaultMediaLength`: length of all other media files (5)
 * - `people`: what the people at certain phones do, by number
 * - `answerByThemselves`: seconds of ringing until all other phones of a party are answered; if absent, these phones
 *   ring until a command answers or declines the call
 */
export type Settings = z.infer<typeof settingsSchema>;
export type SettingsChange = z.infer<typeof settingsChangeSchema>;

/** The settings of a new simulator. */
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

/** Changes the object `settings` itself, so that all code that holds it sees the change. */
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
