import { sql } from "kysely";
import type { Clock } from "../clock.js";
import type { Database } from "../store/database.js";

const MINUTE = 60_000;
/** Minutes that the meter looks back on, the current one included. */
const WINDOW = 5;
/** Anonymous call requests within the window that make an attack. */
const ATTACK = 50;
const MOST_STEPS = 3;
/** Milliseconds between two exchanges with the database: adding this instance's count and reading the total. */
const FRESH = 1000;

/**
 * Counts the recent call requests of visitors without identity, per tenant. The counts lie in the database: instances
 * agree to the second, and a restart loses at most a second's counts. Throws StoreError.
 */
export class AttackMeter {
  readonly #db: Database;
  readonly #clock: Clock;
  /** Counts not yet written to the database, by tenant and minute. */
  #pending = new Map<string, Map<number, number>>();
  /** Totals as last read, by tenant. */
  #counted = new Map<string, number>();
  #countedAt = -Infinity;
  #counting: Promise<void> | undefined;

  constructor(db: Database, clock: Clock) {
    this.#db = db;
    this.#clock = clock;
  }

  /** Counts a call request, refused or not: refusing calls must not end the attack. */
  note(tenant: string): void {
    const minutes = this.#pending.get(tenant) ?? new Map<number, number>();
    const minute = this.#minute();
    minutes.set(minute, (minutes.get(minute) ?? 0) + 1);
    this.#pending.set(tenant, minutes);
  }

  /** Returns the strength of the attack on a tenant: 0 for none, one more at each doubling, 3 at most. */
  async step(tenant: string): Promise<number> {
    if (this.#clock.monotonic() - this.#countedAt >= FRESH) {
      await (this.#counting ??= this.#count().finally(() => (this.#counting = undefined)));
    }
    const tries = (this.#counted.get(tenant) ?? 0) + sumOf(this.#pending.get(tenant));
    return stepsOf(tries, ATTACK);
  }

  /** Deletes counts older than the window. Called by a timer. */
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
    // Sorted, because two instances that lock rows in different orders would deadlock.
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

/** Steps by which a proof of work is harder: one at `first`, one more at each doubling, three at most. */
export const stepsOf = (count: number, first: number): number =>
  count < first ? 0 : Math.min(MOST_STEPS, 1 + Math.floor(Math.log2(count / first)));

const sumOf = (minutes: ReadonlyMap<number, number> | undefined): number =>
  [...(minutes?.values() ?? [])].reduce((sum, tries) => sum + tries, 0);
