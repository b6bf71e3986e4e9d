import type { Transaction } from "kysely";
import type { Tenant } from "../config/configuration.js";
import type { Limits, LimitWindow } from "../config/limits.js";
import { anyFull, type Count, count, inWindows, NO_LIMIT, takeBack } from "../store/limit-counts.js";
import { lock } from "../store/locks.js";
import type { NumberCipher } from "../store/number-cipher.js";
import type { CallRow, Tables } from "../store/tables.js";
import { isUnderWay } from "./under-way.js";

/** The tenant has used up this part of what it may spend in a window. */
export interface Spent {
  percent: 50 | 80 | 100;
  used: number;
  most: number;
  /** Seconds. */
  within: number;
}

/** Whether a call may be dialled, as far as its quotas go; it has been counted if so. */
export type Counted =
  | { may: true; spent?: Spent | undefined }
  /** `full`: not in this window. `busy`: as soon as another call is over. */
  | { may: false; because: "full" | "busy" };

const ALARMS = [100, 80, 50] as const;

/**
 * Call quotas, on what costs money and rings phones: number, office, user, target, tenant, and calls at once. They are
 * counted in the transaction that begins the attempt, so exactly as many are dialled as are allowed, however many ask at
 * the same time.
 */
export class CallQuotas {
  readonly #tenants: ReadonlyMap<string, Tenant>;
  readonly #cipher: NumberCipher;
  /** Lengths of every tenant's windows of one number, which the calls of all of them count in. */
  readonly #numberWindows: readonly number[];

  constructor(tenants: ReadonlyMap<string, Tenant>, cipher: NumberCipher) {
    this.#tenants = tenants;
    this.#cipher = cipher;
    const lengths = [...tenants.values()].flatMap(({ limits }) =>
      limits === "none" ? [] : limits.number.map(({ within }) => within),
    );
    this.#numberWindows = [...new Set(lengths)];
  }

  /**
   * Counts a call that is `dialing` since this transaction. One that may not is counted nowhere. Asks the database
   * nothing where the tenant has no limits.
   */
  async count(transaction: Transaction<Tables>, call: CallRow, now: Date): Promise<Counted> {
    const limits = this.#tenants.get(call.tenant)?.limits ?? "none";
    if (limits === "none") return { may: true };
    // A second attempt is not a second call.
    const counts = call.attempts === 1 ? this.#countsOf(call, limits) : [];
    const counted = await count(transaction, counts, now);
    const full = counted.size < counts.length;
    if (!full && !(await this.#busy(transaction, call, limits.concurrency))) {
      return { may: true, spent: spentOf(call.tenant, limits.tenant, counted) };
    }
    await takeBack(transaction, [...counted.keys()]);
    return { may: false, because: full ? "full" : "busy" };
  }

  /**
   * Whether a limit has no room for the call, which is not counted. Calls at once do not matter: the call may wait for
   * others to end.
   */
  async isFull(transaction: Transaction<Tables>, call: CallRow, now: Date): Promise<boolean> {
    const limits = this.#tenants.get(call.tenant)?.limits ?? "none";
    // One that has had an attempt is counted already.
    if (limits === "none" || call.attempts > 0) return false;
    return anyFull(transaction, this.#countsOf(call, limits), now);
  }

  #countsOf({ tenant, target, identity, visitor_hash, office_hash }: CallRow, limits: Limits): Count[] {
    return [
      ...inWindows(`number/${visitor_hash}`, this.#withOthers(limits.number)),
      ...(office_hash === null ? [] : inWindows(`office/${tenant}/${office_hash}`, limits.office)),
      ...(identity === null
        ? []
        : inWindows(`identity/${tenant}/${this.#cipher.hash(identity)}`, limits.identity)),
      ...inWindows(`target/${tenant}/${target}`, limits.target),
      ...inWindows(`tenant/${tenant}`, limits.tenant),
    ];
  }

  /** This tenant's windows of one number, and those that only others limit. */
  #withOthers(own: readonly LimitWindow[]): LimitWindow[] {
    return this.#numberWindows.map((within) => ({
      within,
      most: Math.min(NO_LIMIT, ...own.filter((window) => window.within === within).map(({ most }) => most)),
    }));
  }

  async #busy(
    transaction: Transaction<Tables>,
    { tenant, target }: CallRow,
    most: Limits["concurrency"],
  ): Promise<boolean> {
    if (Math.min(most.target, most.tenant) === Infinity) return false;
    // One count per tenant at a time: each sees the calls of the one before.
    await lock(transaction, [`dialing/${tenant}`]);
    const targets = await transaction
      .selectFrom("calls")
      .select(["target", ({ fn }) => fn.countAll().as("calls")])
      .where("tenant", "=", tenant)
      .where(isUnderWay)
      .where("status", "=", "dialing")
      .groupBy("target")
      .execute();
    const total = targets.reduce((sum, row) => sum + Number(row.calls), 0);
    const here = Number(targets.find((row) => row.target === target)?.calls ?? 0);
    return total > most.tenant || here > most.target;
  }
}

function spentOf(
  tenant: string,
  windows: readonly LimitWindow[],
  counted: ReadonlyMap<string, number>,
): Spent | undefined {
  for (const { most, within } of windows) {
    const used = counted.get(`tenant/${tenant}/${within}`);
    const percent = ALARMS.find((part) => used === Math.ceil((most * part) / 100));
    if (used !== undefined && percent !== undefined) return { percent, used, most, within };
  }
  return undefined;
}
