import type { Clock } from "../clock.js";
import type { Database } from "../store/database.js";

/**
 * Milliseconds between two heartbeats of an instance, and milliseconds without a heartbeat after which the
 * instance counts as crashed.
 */
export const BEAT_EVERY_MS = 2000;
const GONE_AFTER_MS = 10_000;

/**
 * Registry of the processes that run on this database. If it is wrong, a call may become `unknown`, but no call
 * is dialled twice: the records of attempts prevent that.
 */
export class Instances {
  readonly #db: Database;
  readonly #clock: Clock;
  readonly #id: string;
  /** Time of the last heartbeat in monotonic milliseconds. */
  #lastBeat: number | undefined;

  constructor(db: Database, clock: Clock, id: string) {
    this.#db = db;
    this.#clock = clock;
    this.#id = id;
  }

  /**
   * Writes a heartbeat.
   *
   * @returns ids of the running instances; undefined when this heartbeat came late, because the heartbeats of
   *   other instances may be late for the same cause
   */
  async beat(): Promise<string[] | undefined> {
    // Only one process uses a SQLite database.
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
