import { sql } from "kysely";
import type { Clock } from "../clock.js";
import type { Database } from "../store/database.js";

const MINUTE = 60_000;
/** Number of minutes that are counted, including the current one. */
const WINDOW = 5;
/** Number of anonymous call requests within the window that counts as an attack. */
const ATTACK = 50;
const MOST_STEPS = 3;
/**
 * Milliseconds between two updates. An update adds the count of this instance to the database and reads the
 * total.
 */
const FRESH = 1000;

/**
 * Counts the recent call requests of visitors without identity, per tenant. The counts are in the database, so
 * all instances have the same total to within a second, and a restart loses at most the counts of one second.
 * All methods that use the database throw StoreError.
 */
export class AttackMeter {
  readonly #db: Database;
  readonly #clock: Clock;
  /** Counts that have not been written to the database yet, by tenant and minute. */
  #pending = new Map<string, Map<number, number>>();
  /** Totals by tenant, as they were last read. */
  #counted = new Map<string, number>();
  #countedAt = -Infinity;
  #counting: Promise<void> | undefined;

  constructor(db: Database, clock: Clock) {
    this.#db = db;
    this.#clock = clock;
  }

  /**
   * Counts a call request. Refused requests count, too: otherwise the attack would seem to end as soon as its
   * requests are refused.
   */
  note(tenant: string): void {
    const minutes = this.#pending.get(tenant) ?? new Map<number, number>();
    const minute = this.#minute();
    minutes.set(minute, (minutes.get(minute) ?? 0) + 1);
    this.#pending.set(tenant, minutes);
  }

  /**
   * Returns the strength of the attack on a tenant: 0 if there is none, one more each time the number of
   * requests doubles, and at most 3.
   */
  async step(tenant: string): Promise<number> {
    if (this.#clock.monotonic() - this.#countedAt >= FRESH) {
      await (this.#counting ??= this.#count().finally(() => (this.#counting = undefined)));
    }
    const tries = (this.#counted.get(tenant) ?? 0) + sumOf(this.#pending.get(tenant));
    return stepsOf(tries, ATTACK);
  }

  /** Deletes counts that are older than the window. A timer calls this method. */
  async prune(): Promise<void> {
    const before = this.#minute() - WINDOW;
    await this.#db.write("pruneTries", (transaction) =>
      transaction.deleteFrom("anonymous_tries").where("minute", "<=", before).execute(),
    );
  }

  async #count(): Promise<void> {
    const writing = this.#pending;
    this.#pending = new Map();
    const own = [...writing].flatMap(([tenant, minutes]) =>
      [...minutes].map(([minute, tries]) => ({ tenant, minute, tries })),
    );
    // Sorts the rows. Two instances that locked the same rows in different orders would deadlock.
    own.sort((a, b) => (a.tenant === b.tenant ? a.minute - b.minute : a.tenant < b.tenant ? -1 : 1));
    try {
      const rows = await this.#db.write("countTries", async (transaction) => {
        if (own.length > 0) {
          await transaction
            .insertInto("anonymous_tries")
            .values(own)
            .onConflict((conflict) =>
              conflict.columns(["tenant", "minute"]).doUpdateSet((row) => ({
                tries: row("anonymous_tries.tries", "+", row.ref("excluded.tries")),
              })),
            )
            .execute();
        }
        return transaction
          .selectFrom("anonymous_tries")
          .select(["tenant", sql<number>`cast(sum(tries) as real)`.as("tries")])
          .where("minute", ">", this.#minute() - WINDOW)
          .groupBy("tenant")
          .execute();
      });
      this.#counted = new Map(rows.map(({ tenant, tries }) => [tenant, tries]));
      this.#countedAt = this.#clock.monotonic();
    } catch (error) {
      for (const { tenant, minute, tries } of own) {
        const minutes = this.#pending.get(tenant) ?? new Map<number, number>();
        this.#pending.set(tenant, minutes.set(minute, (minutes.get(minute) ?? 0) + tries));
      }
      throw error;
    }
  }

  #minute = (): number => Math.floor(this.#clock.now().getTime() / MINUTE);
}

/**
 * Returns the steps by which a proof of work is harder: 1 if `count` is at least `first`, one more each time it
 * doubles, and at most 3.
 */
export const stepsOf = (count: number, first: number): number =>
  count < first ? 0 : Math.min(MOST_STEPS, 1 + Math.floor(Math.log2(count / first)));

const sumOf = (minutes: ReadonlyMap<number, number> | undefined): number =>
  [...(minutes?.values() ?? [])].reduce((sum, tries) => sum + tries, 0);
