import type { Transaction } from "kysely";
import type { Clock } from "../clock.js";
import type { Logger } from "../log.js";
import type { Database } from "../store/database.js";
import { type Count, countInAll, secondsUntilRoom, takeBack } from "../store/limit-counts.js";
import type { NumberCipher } from "../store/number-cipher.js";
import { useOptOutCode } from "../store/opt-out-codes.js";
import type { Tables } from "../store/tables.js";
import { addressHash } from "./address-prefix.js";

/** Wrong codes: of one address, and of all the world. docs/privacy.md has the arithmetic. */
export const MOST_WRONG_CODES = { within: 3600, ofOneAddress: 10, altogether: 200 };

const ALTOGETHER = "wrong-codes/all";

export type OptOutAnswer =
  /** The number that the code was told to is blocked. */
  | { optedOut: true }
  /** No such code; without `retryAfter` another may be tried, with it none for so many seconds. */
  | { optedOut: false; retryAfter?: number };

/**
 * "I did not ask for this call": a code alone blocks the number it was told to, for all tenants. There are a million of
 * them and no session, so what protects everybody's number from guessing is that few wrong codes are taken.
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
   * @param code six digits
   * @param ip as Express gives it
   * @throws StoreError: what cannot be counted is not tried
   */
  async take(code: string, ip: string | undefined): Promise<OptOutAnswer> {
    const { within: seconds, ofOneAddress, altogether } = MOST_WRONG_CODES;
    const counts: Count[] = [
      { bucket: `wrong-codes/address/${addressHash(this.#cipher, ip)}`, seconds, most: ofOneAddress },
      { bucket: ALTOGETHER, seconds, most: altogether },
    ];
    const { answer, used, call } = await this.#db.write("optOut", (transaction) =>
      this.#try(transaction, code, counts),
    );
    if (call !== undefined) this.#log.info({ call }, "a number was blocked by its opt-out code");
    if (used === altogether) {
      this.#log.warn(
        { most: altogether, within: seconds },
        "opt-out codes are being guessed: none is taken until the hour is over",
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
    // Counted before it is looked at, so that of simultaneous guesses no more are looked at than may be.
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
