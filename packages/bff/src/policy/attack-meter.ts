import { sql } from "kysely";
import type { Clock } from "../clock.js";
import type { Database } from "../store/database.js";

const MINUTE = 60_000;
/** Minutes looked back on, this one included. */
const WINDOW = 5;
/** Anonymous tries within the window that make an attack. */
const ATTACK = 50;
const MOST_STEPS = 3;
/** Milliseconds for which a count is good, and after which ours are added to everybody's. */
const FRESH = 1000;

/**
 * How many calls visitors without identity have lately asked for, per tenant. The count lies in the database, so that
 * all instances agree, to the second, and a restart forgets nothing older. Throws StoreError.
 */
export class AttackMeter {
  readonly #db: Database;
  readonly #clock: Clock;
  /** Not yet written, by tenant and minute. */
  #pending = new Map<string, Map<number, number>>();
  /** As last read, by tenant. */
  #counted = new Map<string, number>();
  #countedAt = -Infinity;
  #counting: Promise<void> | undefined;

  constructor(db: Database, clock: Clock) {
    this.#db = db;
    this.#clock = clock;
  }

  /** A call was asked for, whatever becomes of it: an attack does not end because its calls are refused. */
  note(tenant: string): void {
    const minutes = this.#pending.get(tenant) ?? new Map<number, number>();
    const minute = this.#minute();
    minutes.set(minute, (minutes.get(minute) ?? 0) + 1);
    this.#pending.set(tenant, minutes);
  }

  /** How strong the attack on the tenant is: 0 for none, and up by one for each doubling, to three. */
  async step(tenant: string): Promise<number> {
    if (this.#clock.monotonic() - this.#countedAt >= FRESH) {
      await (this.#counting ??= this.#count().finally(() => (this.#counting = undefined)));
    }
    const tries = (this.#counted.get(tenant) ?? 0) + sumOf(this.#pending.get(tenant));
    return stepsOf(tries, ATTACK);
  }

  /** Deletes what is not looked back on; for a timer. */
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
    // Two instances that lock rows in different orders would wait for each other.
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

/** Steps by which a proof of work is harder: one at `first`, another at each doubling, three at most. */
export const stepsOf = (count: number, first: number): number =>
  count < first ? 0 : Math.min(MOST_STEPS, 1 + Math.floor(Math.log2(count / first)));

const sumOf = (minutes: ReadonlyMap<number, number> | undefined): number =>
  [...(minutes?.values() ?? [])].reduce((sum, tries) => sum + tries, 0);
