import { type RawBuilder, sql } from "kysely";
import type { Clock } from "../clock.js";
import type { Database } from "../store/database.js";
import type { NumberCipher } from "../store/number-cipher.js";
import { StoreError } from "../store/store-error.js";
import type { AnonymousTriesRow } from "../store/tables.js";
import { networksOf, siteOf } from "./networks.js";

const MINUTE = 60_000;
/** Number of minutes that are counted, including the current one. */
const WINDOW = 5;
/**
 * Number of anonymous call requests within the window that counts as an attack: on a tenant, or by the visitors
 * of one address.
 */
export const ATTACK = 50;
/**
 * Number of requests that a session passes on to its address, and an address to the tenant. A session that sends
 * more is itself treated as an attack. One session can so cause proofs of work for itself alone, and one address
 * for its visitors alone.
 */
export const SHARE = 10;
const MOST_STEPS = 3;
/**
 * Milliseconds between two updates. An update adds the count of this instance to the database and reads the
 * total.
 */
const FRESH = 1000;
/** Rows per insert, so that a flood stays below the number of parameters that a statement may have. */
const ROWS_PER_INSERT = 1000;

/** Visitor who sends a request. */
export interface Sender {
  /** Owner of the session's calls. */
  principal: string;
  /** IP address of the client, as Express determines it. */
  ip: string | undefined;
}

/**
 * Counts the recent call requests of visitors without identity, per session, address and tenant. Refused
 * requests count, too. The counts are in the database, so all instances have the same total to within a second,
 * and a restart loses at most the counts of one second. All methods that use the database throw StoreError.
 */
export class AttackMeter {
  readonly #db: Database;
  readonly #cipher: NumberCipher;
  readonly #clock: Clock;
  /** Counts that have not been written to the database yet, by key. */
  #pending = new Map<string, AnonymousTriesRow>();
  /** Totals by tenant, as they were last read. */
  #counted = new Map<string, number>();
  #countedAt = -Infinity;
  #counting: Promise<void> | undefined;

  constructor(db: Database, cipher: NumberCipher, clock: Clock) {
    this.#db = db;
    this.#cipher = cipher;
    this.#clock = clock;
  }

  /**
   * Counts a call request. Refused requests count, too: otherwise the attack would seem to end as soon as its
   * requests are refused.
   */
  note(tenant: string, sender: Sender): void {
    const address = this.#addressOf(sender);
    this.#add({ tenant, address, session: sender.principal, minute: this.#minute(), tries: 1 });
  }

  /**
   * Returns the strength of the attack on a tenant, or of the sender's part in it if that is greater: 0 if
   * there is none, one more each time the number of requests doubles, and at most 3.
   */
  async step(tenant: string, sender: Sender): Promise<number> {
    if (this.#clock.monotonic() - this.#countedAt >= FRESH) {
      await (this.#counting ??= this.#count().finally(() => (this.#counting = undefined)));
    }
    const address = this.#addressOf(sender);
    const stored = await this.#ofAddress(tenant, address);
    const pending = sessionsByAddress([...this.#pending.values()].filter((row) => row.tenant === tenant));
    const sessions = pending.get(address) ?? new Map<string, number>();
    const total = capped([...pending.values()].map((tries) => capped(tries.values())));
    for (const { session, tries } of stored) sessions.set(session, (sessions.get(session) ?? 0) + tries);
    return Math.max(
      stepsOf((this.#counted.get(tenant) ?? 0) + total, ATTACK),
      stepsOf(capped(sessions.values()), ATTACK),
      stepsOf(sessions.get(sender.principal) ?? 0, SHARE),
    );
  }

  /** Deletes counts that are older than the window. A timer calls this method. */
  async prune(): Promise<void> {
    const before = this.#minute() - WINDOW;
    await this.#db.write("pruneTries", (transaction) =>
      transaction.deleteFrom("anonymous_tries").where("minute", "<=", before).execute(),
    );
  }

  /** Reads the counts of the sessions of an address. */
  async #ofAddress(tenant: string, address: string): Promise<{ session: string; tries: number }[]> {
    try {
      return await this.#db.query
        .selectFrom("anonymous_tries")
        .select(["session", asNumber(sql`sum(tries)`).as("tries")])
        .where("tenant", "=", tenant)
        .where("address", "=", address)
        .where("minute", ">", this.#minute() - WINDOW)
        .groupBy("session")
        .execute();
    } catch (error) {
      throw new StoreError(error);
    }
  }

  async #count(): Promise<void> {
    const writing = [...this.#pending.values()];
    this.#pending = new Map();
    // Sorts the rows. Two instances that locked the same rows in different orders would deadlock.
    const rows = writing
      .map((row) => ({ key: keyOf(row), row }))
      .sort((a, b) => (a.key < b.key ? -1 : 1))
      .map(({ row }) => row);
    try {
      const totals = await this.#db.write("countTries", async (transaction) => {
        for (let from = 0; from < rows.length; from += ROWS_PER_INSERT) {
          await transaction
            .insertInto("anonymous_tries")
            .values(rows.slice(from, from + ROWS_PER_INSERT))
            .onConflict((conflict) =>
              conflict.columns(["tenant", "address", "session", "minute"]).doUpdateSet((row) => ({
                tries: row("anonymous_tries.tries", "+", row.ref("excluded.tries")),
              })),
            )
            .execute();
        }
        const ofSessions = transaction
          .selectFrom("anonymous_tries")
          .select(["tenant", "address", shareOf(sql`sum(tries)`).as("tries")])
          .where("minute", ">", this.#minute() - WINDOW)
          .groupBy(["tenant", "address", "session"])
          .as("of_sessions");
        const ofAddresses = transaction
          .selectFrom(ofSessions)
          .select(["tenant", shareOf(sql`sum(tries)`).as("tries")])
          .groupBy(["tenant", "address"])
          .as("of_addresses");
        return transaction
          .selectFrom(ofAddresses)
          .select(["tenant", asNumber(sql`sum(tries)`).as("tries")])
          .groupBy("tenant")
          .execute();
      });
      this.#counted = new Map(totals.map(({ tenant, tries }) => [tenant, tries]));
      this.#countedAt = this.#clock.monotonic();
    } catch (error) {
      for (const row of rows) this.#add(row);
      throw error;
    }
  }

  #add(row: AnonymousTriesRow): void {
    const key = keyOf(row);
    this.#pending.set(key, { ...row, tries: (this.#pending.get(key)?.tries ?? 0) + row.tries });
  }

  /** Returns the hash of the sender's address. A session whose address cannot be read is an address of its own. */
  #addressOf = ({ principal, ip }: Sender): string => siteOf(networksOf(this.#cipher, ip))?.hash ?? principal;

  #minute = (): number => Math.floor(this.#clock.now().getTime() / MINUTE);
}

const keyOf = ({ tenant, address, session, minute }: AnonymousTriesRow): string =>
  `${tenant} ${address} ${session} ${String(minute)}`;

/** PostgreSQL returns sums as text unless they are `real`. */
const asNumber = (value: RawBuilder<unknown>): RawBuilder<number> => sql<number>`cast(${value} as real)`;

/** Returns the part of a count that is passed on. */
const shareOf = (value: RawBuilder<unknown>): RawBuilder<number> =>
  sql<number>`case when ${value} > ${SHARE} then ${SHARE} else ${value} end`;

/** Returns the sum of what the counted sessions or addresses pass on. */
const capped = (counts: Iterable<number>): number =>
  [...counts].reduce((sum, tries) => sum + Math.min(SHARE, tries), 0);

/** Adds up counts by session, and groups the sessions by address. */
function sessionsByAddress(rows: readonly AnonymousTriesRow[]): Map<string, Map<string, number>> {
  const addresses = new Map<string, Map<string, number>>();
  for (const { address, session, tries } of rows) {
    const sessions = addresses.get(address) ?? new Map<string, number>();
    addresses.set(address, sessions.set(session, (sessions.get(session) ?? 0) + tries));
  }
  return addresses;
}

/**
 * Returns the steps by which a proof of work is harder: 1 if `count` is at least `first`, one more each time it
 * doubles, and at most 3.
 */
export const stepsOf = (count: number, first: number): number =>
  count < first ? 0 : Math.min(MOST_STEPS, 1 + Math.floor(Math.log2(count / first)));
