import type { Transaction } from "kysely";
import type { Clock } from "../clock.js";
import type { Logger } from "../log.js";
import type { Database } from "../store/database.js";
import { type Count, countInAll, secondsUntilRoom, takeBack } from "../store/limit-counts.js";
import type { NumberCipher } from "../store/number-cipher.js";
import { useOptOutCode } from "../store/opt-out-codes.js";
import type { Tables } from "../store/tables.js";
import { networksOf, siteOf } from "./networks.js";

/**
 * Maximum number of wrong codes in `within` seconds, from one IP address and from all addresses together;
 * docs/privacy.md explains the numbers.
 */
export const MOST_WRONG_CODES = { within: 3600, ofOneAddress: 10, altogether: 200 };

const ALTOGETHER = "wrong-codes/all";

/** Result of trying an opt-out code. */
export type OptOutAnswer =
  /** The number that belongs to the code is now blocked. */
  | { optedOut: true }
  /**
   * The code is unknown. With `retryAfter`, the limit is reached, and no code is accepted for that many
   * seconds.
   */
  | { optedOut: false; retryAfter?: number };

/**
 * Blocks, for all tenants, the number that belongs to an opt-out code. A code works without a session, and
 * there are only a million codes. A limit on wrong codes therefore keeps attackers from finding valid codes by
 * guessing.
 */
export class OptOuts {
  readonly #db: Database;
  readonly #cipher: NumberCipher;
  readonly #clock: Clock;
  readonly #log: Logger;

  constructor(db: Database, cipher: NumberCipher, clock: Clock, log: Logger) {
    this.#db = db;
    this.#cipher = cipher;
    this.#clock = clock;
    this.#log = log;
  }

  /**
   * Tries a code.
   *
   * @param code six digits
   * @param ip as Express determines it
   * @throws StoreError when the try cannot be counted; the code is not tried then
   */
  async take(code: string, ip: string | undefined): Promise<OptOutAnswer> {
    const { within: seconds, ofOneAddress, altogether } = MOST_WRONG_CODES;
    const site = siteOf(networksOf(this.#cipher, ip));
    const counts: Count[] = [
      ...(site ? [{ bucket: `wrong-codes/address/${site.hash}`, seconds, most: ofOneAddress }] : []),
      { bucket: ALTOGETHER, seconds, most: altogether },
    ];
    const { answer, used, call } = await this.#db.write("optOut", (transaction) =>
      this.#try(transaction, code, counts),
    );
    if (call !== undefined) this.#log.info({ call }, "a number was blocked by its opt-out code");
    if (used === altogether) {
      this.#log.warn(
        { most: altogether, within: seconds },
        "opt-out codes are being guessed: none is accepted until the hour is over",
      );
    }
    return answer;
  }

  async #try(
    transaction: Transaction<Tables>,
    code: string,
    counts: readonly Count[],
  ): Promise<{ answer: OptOutAnswer; used?: number | undefined; call?: string }> {
    const now = this.#clock.now();
    // Counts the code before it is looked up, so that simultaneous guesses cannot exceed the limit.
    const { full, counted } = await countInAll(transaction, counts, now);
    if (full.length > 0) {
      return { answer: { optedOut: false, retryAfter: await secondsUntilRoom(transaction, full, now) } };
    }
    const found = await useOptOutCode(transaction, this.#cipher, code, now);
    if (found === undefined) return { answer: { optedOut: false }, used: counted.get(ALTOGETHER) };
    await takeBack(transaction, [...counted.keys()]);
    return { answer: { optedOut: true }, ...(found.blocked && { call: found.call }) };
  }
}
