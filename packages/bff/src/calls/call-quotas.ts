import type { Transaction } from "kysely";
import type { Tenant } from "../config/configuration.js";
import type { Limits, LimitWindow } from "../config/limits.js";
import { anyFull, type Count, count, inWindows, NO_LIMIT, takeBack } from "../store/limit-counts.js";
import { lock } from "../store/locks.js";
import type { NumberCipher } from "../store/number-cipher.js";
import type { CallRow, Tables } from "../store/tables.js";
import { isUnderWay } from "./under-way.js";

/** Share of the tenant's quota that a call has reached. */
export interface Spent {
  percent: 50 | 80 | 100;
  used: number;
  most: number;
  /** Length of the window in seconds. */
  within: number;
}

/** Decision of the quotas on a call. An allowed call has been counted. */
export type Counted =
  | { may: true; spent?: Spent | undefined }
  /** `full`: not before the window ends. `busy`: as soon as another call ends. */
  | { may: false; because: "full" | "busy" };

const ALARMS = [100, 80, 50] as const;

/**
 * Call quotas per number, office, user, target and tenant, and on simultaneous calls. They limit cost and ringing
 * phones. Calls are counted in the transaction that begins the attempt, so simultaneous requests cannot exceed a
 * quota.
 */
export class CallQuotas {
  readonly #tenants: ReadonlyMap<string, Tenant>;
  readonly #cipher: NumberCipher;
  /** Window lengths of all tenants' number quotas. Calls of every tenant count in all of these windows. */
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
   * Counts a call that this transaction has moved to `dialing`. A refused call is not counted. Makes no query for a
   * tenant without limits.
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
   * Whether a quota is full for this call. Counts nothing. Ignores the limit on simultaneous calls, which a call may
   * wait for.
   */
  async isFull(transaction: Transaction<Tables>, call: CallRow, now: Date): Promise<boolean> {
    const limits = this.#tenants.get(call.tenant)?.limits ?? "none";
    // A call that has had an attempt is already counted.
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

  /** Windows of the number quota: the tenant's own with their limits, those of other tenants without a cap. */
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
