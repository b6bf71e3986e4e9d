import { z } from "zod";
import { remedy } from "./remedy.js";

/** At most so many within so many seconds. A window begins with the first that is counted in it. */
export interface LimitWindow {
  most: number;
  within: number;
}

/** What keeps strangers' phones quiet and the tenant's bill small; docs/limits.md says what is counted, and why so. */
export interface Limits {
  /** Calls to one number, by all tenants that have limits together. */
  number: LimitWindow[];
  /** Calls to one office whose number came along, sealed or as the user's own. */
  office: LimitWindow[];
  /** Different numbers that one visitor has called. */
  distinctNumbers: { session: LimitWindow[]; address: LimitWindow[]; identity: LimitWindow[] };
  /** New sessions, and requests for a call, from one address. */
  address: LimitWindow[];
  /** Requests for a call in one session. */
  session: LimitWindow[];
  /** Calls of one user the site vouches for. */
  identity: LimitWindow[];
  target: LimitWindow[];
  tenant: LimitWindow[];
  /** Calls that UIS has not answered yet. */
  concurrency: { target: number; tenant: number };
}

const MINUTE = 60;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

const STRANGER: LimitWindow[] = [
  { most: 3, within: HOUR },
  { most: 4, within: DAY },
];

/** See docs/limits.md, which a test compares with this. */
export const DEFAULT_LIMITS: Limits = {
  number: [
    { most: 7, within: 15 * MINUTE },
    { most: 9, within: HOUR },
    { most: 15, within: DAY },
  ],
  office: [
    { most: 10, within: MINUTE },
    { most: 60, within: HOUR },
    { most: 500, within: DAY },
  ],
  distinctNumbers: { session: STRANGER, address: STRANGER, identity: [] },
  address: [
    { most: 60, within: MINUTE },
    { most: 600, within: HOUR },
  ],
  session: [
    { most: 10, within: 15 * MINUTE },
    { most: 30, within: DAY },
  ],
  identity: [
    { most: 60, within: HOUR },
    { most: 500, within: DAY },
  ],
  target: [{ most: 500, within: DAY }],
  tenant: [{ most: 1000, within: DAY }],
  concurrency: { target: 20, tenant: 50 },
};

const UNITS: Record<string, number> = { s: 1, m: MINUTE, h: HOUR, d: DAY };

const aDuration = remedy("write a number and s, m, h or d, e.g. 15m");
const Duration = z
  .string(aDuration)
  .regex(/^[1-9]\d{0,4}[smhd]$/, aDuration)
  .transform((text) => Number(text.slice(0, -1)) * (UNITS[text.slice(-1)] ?? 1));

const Most = z.int().min(1).max(1_000_000);

const NONE = z.literal("none");

const windows = <Kind extends "calls" | "numbers">(kind: Kind) => {
  const Window = z
    .strictObject({ [kind]: Most, within: Duration } as Record<Kind, typeof Most> & {
      within: typeof Duration;
    })
    .transform((window) => ({
      most: (window as Record<string, number>)[kind] ?? 0,
      within: (window as { within: number }).within,
    }));
  return z.union(
    [
      NONE.transform((): LimitWindow[] => []),
      z
        .array(Window)
        .min(1)
        .max(8)
        .refine(
          (all) => new Set(all.map(({ within }) => within)).size === all.length,
          "give each window another length",
        ),
    ],
    remedy(`write a list, e.g. [{ ${kind}: 7, within: 15m }], or none`),
  );
};

const calls = windows("calls");
const numbers = windows("numbers");
const atOnce = z.union(
  [NONE.transform(() => Infinity), Most],
  remedy("write how many calls at once, e.g. 20, or none"),
);

const Own = z.strictObject({
  number: calls.default(DEFAULT_LIMITS.number),
  office: calls.default(DEFAULT_LIMITS.office),
  distinctNumbers: z
    .strictObject({
      session: numbers.default(DEFAULT_LIMITS.distinctNumbers.session),
      address: numbers.default(DEFAULT_LIMITS.distinctNumbers.address),
      identity: numbers.default(DEFAULT_LIMITS.distinctNumbers.identity),
    })
    .default(DEFAULT_LIMITS.distinctNumbers),
  address: calls.default(DEFAULT_LIMITS.address),
  session: calls.default(DEFAULT_LIMITS.session),
  identity: calls.default(DEFAULT_LIMITS.identity),
  target: calls.default(DEFAULT_LIMITS.target),
  tenant: calls.default(DEFAULT_LIMITS.tenant),
  concurrency: z
    .strictObject({
      target: atOnce.default(DEFAULT_LIMITS.concurrency.target),
      tenant: atOnce.default(DEFAULT_LIMITS.concurrency.tenant),
    })
    .default(DEFAULT_LIMITS.concurrency),
});

/** `default`, `none`, or a tenant's own: what is not named stays at its default. */
export const LimitsSchema = z
  .union(
    [z.literal("default").transform((): Limits => DEFAULT_LIMITS), NONE, Own],
    remedy("write default, none, or limits of your own, e.g. { tenant: [{ calls: 100, within: 24h }] }"),
  )
  .default(DEFAULT_LIMITS);
