import type { Clock } from "../clock.js";
import type { Tenant } from "../config/configuration.js";
import type { AddressTiers } from "../config/limits.js";
import { numbersOf } from "../store/bans.js";
import type { Database } from "../store/database.js";
import { type Count, countedIn, NO_LIMIT } from "../store/limit-counts.js";
import type { NumberCipher } from "../store/number-cipher.js";
import { addressHash } from "./address-prefix.js";
import { stepsOf } from "./attack-meter.js";

/** Count of different numbers, and what happens to a request for a further number once it is full. */
export interface NumberCount {
  all: Count;
  beyond: "ban" | "refuse" | "keep";
}

/** Name of an address at a tenant, as in buckets of limits. */
export const addressName = (cipher: NumberCipher, tenant: Tenant, ip: string | undefined): string =>
  `${tenant.id}/address/${addressHash(cipher, ip)}`;

/** Bucket of all numbers requested from an address. */
const askedFor = (address: string, seconds: number): string => `${numbersOf(address)}/${String(seconds)}`;

/**
 * Counts of the numbers that anonymous visitors of an address ask for: one of all numbers, and one of the numbers
 * that are dialled. A number in the second count is dialled again, however many others are requested.
 */
export function addressTiers(
  address: string,
  { proof, keep, refuse, within: seconds }: AddressTiers,
): NumberCount[] {
  const counts: NumberCount[] = [];
  if (Math.min(proof, refuse) < Infinity) {
    const bucket = askedFor(address, seconds);
    counts.push({ all: { bucket, seconds, most: Math.min(refuse, NO_LIMIT) }, beyond: "refuse" });
  }
  if (keep < Infinity) {
    const bucket = `dialled-${askedFor(address, seconds)}`;
    counts.push({ all: { bucket, seconds, most: keep }, beyond: "keep" });
  }
  return counts;
}

/** Steps by which proofs of work get harder for an address that has asked for many different numbers. */
export class AddressNumbers {
  readonly #db: Database;
  readonly #cipher: NumberCipher;
  readonly #clock: Clock;

  constructor(db: Database, cipher: NumberCipher, clock: Clock) {
    this.#db = db;
    this.#cipher = cipher;
    this.#clock = clock;
  }

  /**
   * Returns the step of an address: 0 below the first tier, one more at each doubling, 3 at most, as in the attack
   * meter.
   *
   * @throws StoreError: a count that cannot be read must not make the proof easier
   */
  async step(tenant: Tenant, ip: string | undefined): Promise<number> {
    if (tenant.limits === "none") return 0;
    const { proof, within } = tenant.limits.addressNumbers;
    if (proof === Infinity) return 0;
    const bucket = askedFor(addressName(this.#cipher, tenant, ip), within);
    return stepsOf(await countedIn(this.#db, bucket, this.#clock.now()), proof);
  }
}
