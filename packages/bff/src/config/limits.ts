import { z } from "zod";
import { hint } from "./hints.js";

/** Limit of `most` events within `within` seconds. The window begins with its first event. */
export interface LimitWindow {
  most: number;
  within: number;
}

/**
 * Tiers for one IP address, and with factors for the networks of an IPv6 address. They count the different telephone numbers that the anonymous visitors of the
 * address request within `within` seconds.
 */
export interface AddressTiers {
  /** Count from which a call needs a proof of work. The proof gets harder each time the count doubles. */
  proof: number;
  /** Count from which a call to a further number is not dialled but held for a person. */
  keep: number;
  /** Count from which a request for a further number is refused. */
  refuse: number;
  within: number;
}

/**
 * Limits that protect the people called and the tenant's bill; docs/limits.md describes what each limit counts,
 * and why.
 */
export interface Limits {
  /** Calls to one number. All tenants that have limits count together. */
  number: LimitWindow[];
  /** Calls to one office number that came in a token, either sealed or as the user's own number. */
  office: LimitWindow[];
  /** Different telephone numbers requested by one anonymous session or by one identified user. */
  distinctNumbers: { session: LimitWindow[]; identity: LimitWindow[] };
  /** Different telephone numbers requested by all anonymous visitors of one IP address. */
  addressNumbers: AddressTiers;
  /** New anonymous sessions and proof-of-work challenges per IP address. */
  address: LimitWindow[];
  /** Call requests of one anonymous session. */
  session: LimitWindow[];
  /** Calls of one identified user. */
  identity: LimitWindow[];
  target: LimitWindow[];
  tenant: LimitWindow[];
  /** Maximum number of calls that may wait for UIS's answer at the same time. */
  concurrency: { target: number; tenant: number };
}

const MINUTE = 60;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** Default limits. `npm run docs` writes them to docs/limits.md. */
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
  distinctNumbers: {
    session: [
      { most: 3, within: HOUR },
      { most: 4, within: DAY },
    ],
    identity: [],
  },
  addressNumbers: { proof: 30, keep: 100, refuse: 1000, within: HOUR },
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

const aDuration = hint("write a number and s, m, h or d, e.g. 15m");
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
    hint(`write a list, e.g. [{ ${kind}: 7, within: 15m }], or none`),
  );
};

const calls = windows("calls");
const numbers = windows("numbers");
const atOnce = z.union(
  [NONE.transform(() => Infinity), Most],
  hint("write how many calls at once, e.g. 20, or none"),
);

const tier = z.union(
  [NONE.transform(() => Infinity), Most],
  hint("write after how many different numbers, e.g. 100, or none"),
);
const standard = DEFAULT_LIMITS.addressNumbers;
const addressTiers = z.union(
  [
    NONE.transform((): AddressTiers => ({
      proof: Infinity,
      keep: Infinity,
      refuse: Infinity,
      within: standard.within,
    })),
    z
      .strictObject({
        proof: tier.default(standard.proof),
        keep: tier.default(standard.keep),
        refuse: tier.default(standard.refuse),
        within: Duration.default(standard.within),
      })
      .refine(
        rises,
        `make each of proof, keep and refuse larger than the one before, or none; unnamed, they are ${String(standard.proof)}, ${String(standard.keep)} and ${String(standard.refuse)}`,
      ),
  ],
  hint("write e.g. { proof: 30, keep: 100, refuse: 1000, within: 1h }, or none"),
);

function rises({ proof, keep, refuse }: AddressTiers): boolean {
  const counted = [proof, keep, refuse].filter((most) => most < Infinity);
  return counted.every((most, n) => n === 0 || most > (counted[n - 1] ?? 0));
}

const Own = z.strictObject({
  number: calls.default(DEFAULT_LIMITS.number),
  office: calls.default(DEFAULT_LIMITS.office),
  distinctNumbers: z
    .strictObject({
      session: numbers.default(DEFAULT_LIMITS.distinctNumbers.session),
      identity: numbers.default(DEFAULT_LIMITS.distinctNumbers.identity),
      address: z
        .never("an address is not banned: take this out and write limits.addressNumbers, e.g. { keep: 100 }")
        .optional(),
    })
    .transform(({ session, identity }) => ({ session, identity }))
    .default(DEFAULT_LIMITS.distinctNumbers),
  addressNumbers: addressTiers.default(standard),
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

/** Schema of limits: `default`, `none`, or the tenant's own limits. A limit that is left out has its default. */
export const LimitsSchema = z
  .union(
    [z.literal("default").transform((): Limits => DEFAULT_LIMITS), NONE, Own],
    hint("write default, none, or limits of your own, e.g. { tenant: [{ calls: 100, within: 24h }] }"),
  )
  .default(DEFAULT_LIMITS);
