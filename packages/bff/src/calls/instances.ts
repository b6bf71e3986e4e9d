import type { Clock } from "../clock.js";
import type { Database } from "../store/database.js";

/** Milliseconds between two heartbeats, and without one until an instance counts as gone. */
export const BEAT_EVERY_MS = 2000;
const GONE_AFTER_MS = 10_000;

/**
 * Registry of the running processes on this database. An error here can make a call `unknown`, but never dial it
 * twice: the attempts prevent that.
 */
export class Instances {
  readonly #db: Database;
  readonly #clock: Clock;
  readonly #id: string;
  /** Monotonic milliseconds. */
  #lastBeat: number | undefined;

  constructor(db: Database, clock: Clock, id: string) {
    this.#db = db;
    this.#clock = clock;
    this.#id = id;
  }

  /**
   * Writes a heartbeat.
   *
   * @returns ids of the running instances; undefined when this heartbeat came late, because then the others' may be
   *   late, too, for the same cause
   */
  async beat(): Promise<string[] | undefined> {
    // A SQLite file has one process only.
    if (this.#db.engine === "sqlite") return [this.#id];
    const before = this.#lastBeat;
    const seen_at = this.#clock.now().toISOString();
    await this.#db.write("beat", (transaction) =>
      transaction
        .insertInto("instances")
        .values({ id: this.#id, seen_at })
        .onConflict((conflict) => conflict.column("id").doUpdateSet({ seen_at }))
        .execute(),
    );
    this.#lastBeat = this.#clock.monotonic();
    const gone = new Date(this.#clock.now().getTime() - GONE_AFTER_MS).toISOString();
    const alive = await this.#db.query
      .selectFrom("instances")
      .select("id")
      .where("seen_at", ">", gone)
      .execute();
    if (before === undefined || this.#lastBeat - before > GONE_AFTER_MS / 2) return undefined;
    return alive.map(({ id }) => id);
  }

  /** Removes this instance's heartbeat at shutdown. */
  async leave(): Promise<void> {
    if (this.#db.engine === "sqlite") return;
    await this.#db.write("leave", (transaction) =>
      transaction.deleteFrom("instances").where("id", "=", this.#id).execute(),
    );
  }
}
