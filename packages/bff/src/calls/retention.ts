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

/** Calls of one write: those that are being made wait for it. */
const BATCH = 200;

/** Of calls whose tenant is no longer configured. */
const DEFAULT_DAYS = 30;

/** Erases, hour by hour, who was called so long ago that the tenant need not know any more. */
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
        log.error({ err: error }, "what is kept too long could not be erased; trying again in an hour"),
    });
  }

  start(): void {
    this.#loop.start();
  }

  /** Begins no further write and resolves once the present one has ended. */
  stop(): Promise<void> {
    return this.#loop.stop();
  }

  /** Erases what is due now. @returns how many calls */
  async eraseDue(): Promise<number> {
    const { tenants, log } = this.#options;
    let erased = 0;
    for await (const tenant of this.#tenantsWithCalls()) {
      erased += await this.#eraseOf(tenant, tenants.get(tenant)?.retention.days ?? DEFAULT_DAYS);
    }
    if (erased > 0) log.info({ calls: erased }, "erased who was called: it was kept long enough");
    return erased;
  }

  /** Also those no longer configured. From one to the next by the index: there may be a million calls between. */
  async *#tenantsWithCalls(): AsyncGenerator<string> {
    let last = "";
    for (;;) {
      const { tenant } = await this.#options.db.query
        .selectFrom("calls")
        .select(({ fn }) => fn.min("tenant").as("tenant"))
        .where("erased_at", "is", null)
        .where("tenant", ">", last)
        .executeTakeFirstOrThrow();
      // SQL's minimum of none.
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
      // Never later than the end, and what the index is by.
      .where("created_at", "<=", before.toISOString())
      .where("updated_at", "<=", before.toISOString())
      .where((row) => row.not(isUnderWay))
      .limit(BATCH);
    // Instances side by side each take others.
    const taken = this.#options.db.engine === "postgres" ? due.forUpdate().skipLocked() : due;
    return (await taken.execute()).map(({ id }) => id);
  }
}
