import { type Clock, later } from "../clock.js";
import type { Tenant } from "../config/configuration.js";
import type { Database } from "../store/database.js";
import type { NumberCipher } from "../store/number-cipher.js";
import type { ReceiverRow } from "../store/tables.js";

/**
 * The tenants' receivers of webhooks, and which of them get no event for now. That is stored in the database, so
 * it applies to all instances and after a restart. It is forgotten when the configuration of the receiver
 * changes. All methods throw StoreError.
 */
export class Receivers {
  readonly #db: Database;
  readonly #clock: Clock;
  /** Hash of the configuration of each receiver, by tenant. */
  readonly #settings: ReadonlyMap<string, string>;

  constructor(db: Database, cipher: NumberCipher, clock: Clock, tenants: Iterable<Tenant>) {
    this.#db = db;
    this.#clock = clock;
    this.#settings = new Map(
      [...tenants].flatMap(({ id, notify }) =>
        notify === undefined
          ? []
          : [[id, cipher.hash(JSON.stringify([notify.url, notify.secret.reveal(), notify.phone]))]],
      ),
    );
  }

  /** Whether any tenant has a receiver. */
  get any(): boolean {
    return this.#settings.size > 0;
  }

  /** Returns the tenants whose receiver gets events now. */
  async open(): Promise<string[]> {
    const now = this.#clock.now().toISOString();
    const closed = await this.#tenantsWhere((row) => row.gone_at !== null || (row.rests_until ?? "") > now);
    return this.#allBut(closed);
  }

  /** Returns the tenants whose receiver gets no event until its configuration changes, and all others. */
  async byState(): Promise<{ gone: string[]; working: string[] }> {
    const gone = await this.#tenantsWhere(({ gone_at }) => gone_at !== null);
    return { gone: [...gone], working: this.#allBut(gone) };
  }

  /**
   * Sends nothing to the receiver until its configuration changes.
   *
   * @returns whether the receiver got events before
   */
  async disable(tenant: string): Promise<boolean> {
    return this.#store(tenant, { rests_until: null, gone_at: this.#clock.now().toISOString() });
  }

  /** Sends nothing to the receiver for this many milliseconds. */
  async rest(tenant: string, ms: number): Promise<void> {
    await this.#store(tenant, { rests_until: later(this.#clock.now(), ms), gone_at: null });
  }

  /**
   * Stores why a receiver gets no event. Changes nothing if the receiver is gone.
   *
   * @returns whether the row was written
   */
  async #store(tenant: string, state: Pick<ReceiverRow, "rests_until" | "gone_at">): Promise<boolean> {
    const settings_hash = this.#settings.get(tenant);
    if (settings_hash === undefined) return false;
    const { numInsertedOrUpdatedRows } = await this.#db.write("receiver", (transaction) =>
      transaction
        .insertInto("receivers")
        .values({ tenant, settings_hash, ...state })
        .onConflict((conflict) =>
          conflict
            .column("tenant")
            .doUpdateSet({ settings_hash, ...state })
            .where((row) =>
              row.or([
                row("receivers.gone_at", "is", null),
                row("receivers.settings_hash", "<>", settings_hash),
              ]),
            ),
        )
        .executeTakeFirstOrThrow(),
    );
    return numInsertedOrUpdatedRows === 1n;
  }

  /** Finds receivers by their row, among the rows that apply to the receivers as they are configured now. */
  async #tenantsWhere(condition: (row: ReceiverRow) => boolean): Promise<Set<string>> {
    const rows = await this.#db.query.selectFrom("receivers").selectAll().execute();
    const own = rows.filter(({ tenant, settings_hash }) => this.#settings.get(tenant) === settings_hash);
    return new Set(own.filter(condition).map(({ tenant }) => tenant));
  }

  #allBut(tenants: ReadonlySet<string>): string[] {
    return [...this.#settings.keys()].filter((tenant) => !tenants.has(tenant));
  }
}
