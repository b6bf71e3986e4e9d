import type { Clock } from "../clock.js";
import type { Tenant } from "../config/configuration.js";
import type { AddressTiers } from "../config/limits.js";
import { numbersOf } from "../store/bans.js";
import type { Database } from "../store/database.js";
import { type Count, countedIn, NO_LIMIT } from "../store/limit-counts.js";
import type { NumberCipher } from "../store/number-cipher.js";
import { stepsOf } from "./attack-meter.js";
import { type Network, networksOf, siteOf } from "./networks.js";

/**
 * Limit on how many different telephone numbers may be requested, and what happens to a request for one more
 * number when the limit is reached.
 */
export interface NumberCount {
  all: Count;
  beyond: "ban" | "refuse" | "keep";
}

/**
 * Numbers that an address requests from all tenants together are counted for an hour. They only ask for proofs
 * of work, from this many times the tier of one tenant.
 */
export const ALL_TENANTS = { within: 3600, factor: 2 };

/** Returns the name of a network at a tenant, which is part of the names of buckets. */
export const networkName = ({ id }: Tenant, { hash }: Network): string => `${id}/address/${hash}`;

/** Returns a limit of one address as it applies to a network. */
export const mostOf = (most: number, { factor }: Pick<Network, "factor">): number =>
  Math.min(Math.ceil(most * factor), NO_LIMIT);

/** Returns the bucket that counts all numbers that a network requests from a tenant. */
const askedFor = (tenant: Tenant, network: Network, seconds: number): string =>
  `${numbersOf(networkName(tenant, network))}/${String(seconds)}`;

/** Returns the bucket that counts all numbers that a network requests from all tenants. */
const askedOfAll = ({ hash }: Network): string =>
  `${numbersOf(`address/${hash}`)}/${String(ALL_TENANTS.within)}`;

/**
 * Returns the counts for the anonymous visitors of an address. For each of its networks there is one of all
 * numbers that they request. Where the network may hold requests, there is another one of the numbers that are
 * dialled: a number in it is dialled again whenever it is requested, even if many other numbers have been
 * requested.
 */
export function addressTiers(
  tenant: Tenant,
  networks: readonly Network[],
  { proof, keep, refuse, within: seconds }: AddressTiers,
): NumberCount[] {
  const counts = networks.flatMap((network): NumberCount[] => {
    const bucket = askedFor(tenant, network, seconds);
    const [refusing, keeping] = network.mayHold ? [refuse, keep] : [Infinity, Infinity];
    return [
      ...(Math.min(proof, refusing) < Infinity
        ? [{ all: { bucket, seconds, most: mostOf(refusing, network) }, beyond: "refuse" as const }]
        : []),
      ...(keeping < Infinity
        ? [
            {
              all: { bucket: `dialled-${bucket}`, seconds, most: mostOf(keeping, network) },
              beyond: "keep" as const,
            },
          ]
        : []),
    ];
  });
  const site = siteOf(networks);
  if (site !== undefined) {
    const all = { bucket: askedOfAll(site), seconds: ALL_TENANTS.within, most: NO_LIMIT };
    counts.push({ all, beyond: "refuse" });
  }
  return counts;
}

/**
 * Makes proofs of work harder, in steps, for an address from which many different numbers have been requested.
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
   * Returns the step of an address: 0 below the first tier, one more each time the count doubles, and at most
   * 3. The attack meter uses the same steps. The widest step of its networks counts. An address that cannot be
   * read cannot be counted, and has step 1.
   *
   * @throws StoreError when the counts cannot be read, because a failure must not make the proof easier
   */
  async step(tenant: Tenant, ip: string | undefined): Promise<number> {
    if (tenant.limits === "none") return 0;
    const { proof, within } = tenant.limits.addressNumbers;
    if (proof === Infinity) return 0;
    const networks = networksOf(this.#cipher, ip);
    const site = siteOf(networks);
    if (site === undefined) return 1;
    const tiers = networks.map((network) => ({
      bucket: askedFor(tenant, network, within),
      first: mostOf(proof, network),
    }));
    tiers.push({ bucket: askedOfAll(site), first: mostOf(proof * ALL_TENANTS.factor, site) });
    const buckets = tiers.map(({ bucket }) => bucket);
    const used = await countedIn(this.#db, buckets, this.#clock.now());
    return Math.max(...tiers.map(({ bucket, first }) => stepsOf(used.get(bucket) ?? 0, first)));
  }
}
