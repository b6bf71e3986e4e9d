import type { Clock } from "../clock.js";
import type { Database } from "../store/database.js";

/** Milliseconds between signs of life, and without one after which an instance is taken for gone. */
export const BEAT_EVERY_MS = 2000;
const GONE_AFTER_MS = 10_000;

/**
 * Which processes are at work on this database. A mistake here costs a call its certainty, never a second dial: that
 * is up to the attempts.
 */
export class Instances {
  readonly #db: Database;
  readonly #clock: Clock;
  readonly #id: string;
  /** Monotonic. */
  #lastBeat: number | undefined;

  constructor(db: Database, clock: Clock, id: string) {
    this.#db = db;
    this.#clock = clock;
    this.#id = id;
  }

  /**
   * Gives a sign of life.
   *
   * @returns everybody who is alive; none when that is not certain, because nobody could give a sign of late
   */
  async beat(): Promise<string[] | undefined> {
    // One process has a SQLite file to itself.
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

  /** Says good-bye. */
  async leave(): Promise<void> {
    if (this.#db.engine === "sqlite") return;
    await this.#db.write("leave", (transaction) =>
      transaction.deleteFrom("instances").where("id", "=", this.#id).execute(),
    );
  }
}
