import type { Transaction } from "kysely";
import { BackgroundLoop } from "../background.js";
import type { Clock } from "../clock.js";
import type { Tenant } from "../config/configuration.js";
import type { Logger } from "../log.js";
import type { Database } from "../store/database.js";
import type { Tables } from "../store/tables.js";
import { erase } from "./erasure.js";
import { isUnderWay } from "./under-way.js";

export interface RetentionOptions {
  db: Database;
  tenants: ReadonlyMap<string, Tenant>;
  clock: Clock;
  log: Logger;
}

const EVERY_MS = 60 * 60_000;
const DAY_MS = 24 * 60 * 60_000;

/** Number of calls per write. It is small, so that calls that are being placed do not wait long for the write. */
const BATCH = 200;

/** Retention in days for calls of tenants that are no longer in the configuration. */
const DEFAULT_DAYS = 30;

/** Erases calls that are older than their tenant's retention. Runs once an hour. */
export class Retention {
  readonly #options: RetentionOptions;
  readonly #loop: BackgroundLoop;

  constructor(options: RetentionOptions) {
    const { clock, log } = options;
    this.#options = options;
    this.#loop = new BackgroundLoop({
      clock,
      everyMs: EVERY_MS,
      turn: () => this.eraseDue(),
      onError: (error) =>
        log.error({ err: error }, "calls whose retention is over could not be erased; retrying in an hour"),
    });
  }

  start(): void {
    this.#loop.start();
  }

  /** Begins no further write. Resolves when the current write has ended. */
  stop(): Promise<void> {
    return this.#loop.stop();
  }

  /**
   * Erases all calls whose retention is over.
   *
   * @returns the number of erased calls
   */
  async eraseDue(): Promise<number> {
    const { tenants, log } = this.#options;
    let erased = 0;
    for await (const tenant of this.#tenantsWithCalls()) {
      erased += await this.#eraseOf(tenant, tenants.get(tenant)?.retention.days ?? DEFAULT_DAYS);
    }
    if (erased > 0) log.info({ calls: erased }, "erased calls whose retention is over");
    return erased;
  }

  /**
   * Yields all tenants that have calls, including tenants that are no longer in the configuration. Finds each
   * next tenant through the index instead of reading all calls, because there may be millions.
   */
  async *#tenantsWithCalls(): AsyncGenerator<string> {
    let last = "";
    for (;;) {
      const { tenant } = await this.#options.db.query
        .selectFrom("calls")
        .select(({ fn }) => fn.min("tenant").as("tenant"))
        .where("erased_at", "is", null)
        .where("tenant", ">", last)
        .executeTakeFirstOrThrow();
      // SQL returns null as the minimum of no rows.
      if ((tenant as string | null) === null) return;
      yield (last = tenant);
    }
  }

  async #eraseOf(tenant: string, days: number): Promise<number> {
    const { db, clock } = this.#options;
    let erased = 0;
    while (!this.#loop.signal.aborted) {
      const batch = await db.write("erase", async (transaction) => {
        const now = clock.now();
        const ids = await this.#due(transaction, tenant, new Date(now.getTime() - days * DAY_MS));
        await erase(transaction, ids, now);
        return ids.length;
      });
      erased += batch;
      if (batch < BATCH) break;
    }
    return erased;
  }

  async #due(transaction: Transaction<Tables>, tenant: string, before: Date): Promise<string[]> {
    const due = transaction
      .selectFrom("calls")
      .select("id")
      .where("tenant", "=", tenant)
      .where("erased_at", "is", null)
      // Includes `created_at`, because the index is on it. It is never later than `updated_at`.
      .where("created_at", "<=", before.toISOString())
      .where("updated_at", "<=", before.toISOString())
      .where((row) => row.not(isUnderWay))
      .limit(BATCH);
    // Skips rows that other instances have locked.
    const taken = this.#options.db.engine === "postgres" ? due.forUpdate().skipLocked() : due;
    return (await taken.execute()).map(({ id }) => id);
  }
}
