import type { Transaction } from "kysely";
import type { Clock } from "../clock.js";
import type { Logger } from "../log.js";
import type { Database } from "../store/database.js";
import { type Count, countInAll, secondsUntilRoom, takeBack } from "../store/limit-counts.js";
import type { NumberVault } from "../store/number-vault.js";
import { useStopCode } from "../store/stop-codes.js";
import type { Tables } from "../store/tables.js";
import { addressHash } from "./address-prefix.js";

/** Wrong codes: of one address, and of all the world. docs/privacy.md has the arithmetic. */
export const MOST_WRONG_CODES = { within: 3600, ofOneAddress: 10, altogether: 200 };

const ALTOGETHER = "wrong-codes/all";

export type StopAnswer =
  /** The number that the code was told to is blocked. */
  | { stopped: true }
  /** No such code; without `retryAfter` another may be tried, with it none for so many seconds. */
  | { stopped: false; retryAfter?: number };

/**
 * "I did not ask for this call": a code alone blocks the number it was told to, for all tenants. There are a million of
 * them and no session, so what protects everybody's number from guessing is that few wrong codes are taken.
 */
export class StopRequests {
  readonly #db: Database;
  readonly #vault: NumberVault;
  readonly #clock: Clock;
  readonly #log: Logger;

  constructor(db: Database, vault: NumberVault, clock: Clock, log: Logger) {
    this.#db = db;
    this.#vault = vault;
    this.#clock = clock;
    this.#log = log;
  }

  /**
   * @param code six digits
   * @param ip as Express gives it
   * @throws StoreError: what cannot be counted is not tried
   */
  async stop(code: string, ip: string | undefined): Promise<StopAnswer> {
    const { within: seconds, ofOneAddress, altogether } = MOST_WRONG_CODES;
    const counts: Count[] = [
      { bucket: `wrong-codes/address/${addressHash(this.#vault, ip)}`, seconds, most: ofOneAddress },
      { bucket: ALTOGETHER, seconds, most: altogether },
    ];
    const { answer, used, call } = await this.#db.write("optOut", (transaction) =>
      this.#try(transaction, code, counts),
    );
    if (call !== undefined) this.#log.info({ call }, "whoever was called has blocked the number by its code");
    if (used === altogether) {
      this.#log.warn(
        { most: altogether, within: seconds },
        "somebody guesses the codes that block numbers: none is taken until the hour is over",
      );
    }
    return answer;
  }

  async #try(
    transaction: Transaction<Tables>,
    code: string,
    counts: readonly Count[],
  ): Promise<{ answer: StopAnswer; used?: number | undefined; call?: string }> {
    const now = this.#clock.now();
    // Counted before it is looked at, so that of simultaneous guesses no more are looked at than may be.
    const { full, counted } = await countInAll(transaction, counts, now);
    if (full.length > 0) {
      return { answer: { stopped: false, retryAfter: await secondsUntilRoom(transaction, full, now) } };
    }
    const stopped = await useStopCode(transaction, this.#vault, code, now);
    if (stopped === undefined) return { answer: { stopped: false }, used: counted.get(ALTOGETHER) };
    await takeBack(transaction, [...counted.keys()]);
    return { answer: { stopped: true }, ...(stopped.blocked && { call: stopped.call }) };
  }
}
