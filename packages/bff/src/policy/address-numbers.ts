import type { Clock } from "../clock.js";
import type { Tenant } from "../config/configuration.js";
import type { AddressTiers } from "../config/limits.js";
import { numbersOf } from "../store/bans.js";
import type { Database } from "../store/database.js";
import { type Count, countedIn, NO_LIMIT } from "../store/limit-counts.js";
import type { NumberCipher } from "../store/number-cipher.js";
import { addressHash } from "./address-prefix.js";
import { stepsOf } from "./attack-meter.js";

/** A count of different numbers, and what becomes of a request for another one when it has no room. */
export interface NumberCount {
  all: Count;
  beyond: "ban" | "refuse" | "keep";
}

/** An address at a tenant, as limits are counted for it. */
export const addressName = (cipher: NumberCipher, tenant: Tenant, ip: string | undefined): string =>
  `${tenant.id}/address/${addressHash(cipher, ip)}`;

/** The bucket of all numbers that an address asks for. */
const askedFor = (address: string, seconds: number): string => `${numbersOf(address)}/${String(seconds)}`;

/**
 * The counts of the numbers that anonymous visitors of an address ask for: all of them, and, apart, those that are
 * dialled. A number that is among the latter is dialled again, however many are asked for besides.
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

/** How much harder a proof of work is for anonymous visitors whose address has asked for many different numbers. */
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
   * Steps as the attack meter's: none below the first tier, and one more at each doubling, to three.
   *
   * @throws StoreError: what cannot be read makes nothing easier
   */
  async step(tenant: Tenant, ip: string | undefined): Promise<number> {
    if (tenant.limits === "none") return 0;
    const { proof, within } = tenant.limits.addressNumbers;
    if (proof === Infinity) return 0;
    const bucket = askedFor(addressName(this.#cipher, tenant, ip), within);
    return stepsOf(await countedIn(this.#db, bucket, this.#clock.now()), proof);
  }
}
