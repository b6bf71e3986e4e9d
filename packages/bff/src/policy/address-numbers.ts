import type { Clock } from "../clock.js";
import type { Tenant } from "../config/configuration.js";
import type { AddressTiers } from "../config/limits.js";
import { numbersOf } from "../store/bans.js";
import type { Database } from "../store/database.js";
import { type Count, countedIn, NO_LIMIT } from "../store/limit-counts.js";
import type { NumberCipher } from "../store/number-cipher.js";
import { addressHash } from "./address-prefix.js";
import { stepsOf } from "./attack-meter.js";

/**
 * Limit on how many different telephone numbers may be requested, and what happens to a request for one more
 * number when the limit is reached.
 */
export interface NumberCount {
  all: Count;
  beyond: "ban" | "refuse" | "keep";
}

/** Returns the name of an IP address at a tenant, which is part of the names of buckets. */
export const addressName = (cipher: NumberCipher, tenant: Tenant, ip: string | undefined): string =>
  `${tenant.id}/address/${addressHash(cipher, ip)}`;

/** Returns the bucket that counts all numbers requested from an address. */
const askedFor = (address: string, seconds: number): string => `${numbersOf(address)}/${String(seconds)}`;

/**
 * Returns two counts for the anonymous visitors of an IP address: one of all numbers that they request, and one
 * of the numbers that are dialled. A number in the second count is dialled again whenever it is requested, even
 * if many other numbers have been requested.
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

/**
 * Makes proofs of work harder, in steps, for an IP address from which many different numbers have been
 * requested.
 */
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
   * Returns the step of an IP address: 0 below the first tier, one more each time the count doubles, and at
   * most 3. The attack meter uses the same steps.
   *
   * @throws StoreError when the count cannot be read, because a failure must not make the proof easier
   */
  async step(tenant: Tenant, ip: string | undefined): Promise<number> {
    if (tenant.limits === "none") return 0;
    const { proof, within } = tenant.limits.addressNumbers;
    if (proof === Infinity) return 0;
    const bucket = askedFor(addressName(this.#cipher, tenant, ip), within);
    return stepsOf(await countedIn(this.#db, bucket, this.#clock.now()), proof);
  }
}
