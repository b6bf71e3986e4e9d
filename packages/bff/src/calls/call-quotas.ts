import type { Transaction } from "kysely";
import type { Tenant } from "../config/configuration.js";
import type { Limits, LimitWindow } from "../config/limits.js";
import { anyFull, type Count, count, inWindows, NO_LIMIT, takeBack } from "../store/limit-counts.js";
import { lock } from "../store/locks.js";
import type { NumberCipher } from "../store/number-cipher.js";
import type { CallRow, Tables } from "../store/tables.js";
import { isUnderWay } from "./under-way.js";

/** Share of the tenant's quota that has been used, including the current call. */
export interface Spent {
  percent: 50 | 80 | 100;
  used: number;
  most: number;
  /** Length of the window in seconds. */
  within: number;
}

/** Decision of the quotas on a call. If the call is allowed, it has been counted. */
export type Counted =
  | { may: true; spent?: Spent | undefined }
  /**
   * `full`: the call is possible again when the window ends. `busy`: it is possible as soon as another call
   * ends.
   */
  | { may: false; because: "full" | "busy" };

const ALARMS = [100, 80, 50] as const;

/**
 * Quotas for calls per number, office, user, target and tenant, and for simultaneous calls. They limit the
 * cost, and how often a phone rings. Calls are counted in the transaction that begins the attempt, so
 * simultaneous requests cannot exceed a quota.
 */
export class CallQuotas {
  readonly #tenants: ReadonlyMap<string, Tenant>;
  readonly #cipher: NumberCipher;
  /**
   * Window lengths of the number quotas of all tenants. Each call to a number counts in windows of all these
   * lengths, whichever tenant makes it.
   */
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
   * Counts a call that this transaction has set to `dialing`. A call that is not allowed is not counted. Makes
   * no query if the tenant has no limits.
   */
  async count(transaction: Transaction<Tables>, call: CallRow, now: Date): Promise<Counted> {
    const limits = this.#tenants.get(call.tenant)?.limits ?? "none";
    if (limits === "none") return { may: true };
    // Counts only the first attempt, because a further attempt is not a further call.
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
   * Whether a quota is full for this call. Counts nothing. Ignores the limit on simultaneous calls, because a
   * call waits when that limit is reached.
   */
  async isFull(transaction: Transaction<Tables>, call: CallRow, now: Date): Promise<boolean> {
    const limits = this.#tenants.get(call.tenant)?.limits ?? "none";
    // A call that has had an attempt has been counted before.
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

  /**
   * Returns the windows in which a call to a number counts. The tenant's own windows have their limits. The
   * windows of other tenants have no limit here.
   */
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
    // Locks the tenant, so that transactions count its calls one after another and each sees the calls of those
    // before it.
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
