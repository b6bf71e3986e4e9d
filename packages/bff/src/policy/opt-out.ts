import type { Clock } from "../clock.js";
import type { Logger } from "../log.js";
import type { Database } from "../store/database.js";
import { count, NO_LIMIT, takeBack } from "../store/limit-counts.js";
import type { NumberCipher } from "../store/number-cipher.js";
import { type OptOutProof, useOptOutCode } from "../store/opt-out-codes.js";
import { networksOf, siteOf } from "./networks.js";

/**
 * How wrong codes are slowed; docs/privacy.md explains the numbers. The first `free` tries of a range of addresses
 * within `within` seconds are not slowed. Each further try waits `stepMs` longer than the one before it, and
 * `mostMs` at most. From `noticed` tries of all ranges on, the log has a warning.
 */
export const WRONG_CODES = { within: 3600, free: 10, stepMs: 200, mostMs: 3000, noticed: 200 };

const ALTOGETHER = "wrong-codes/all";

/**
 * Blocks, for all tenants, the number that belongs to an opt-out code. A code works without a session. Wrong tries
 * are slowed, and never refused: otherwise a stranger could use up the tries of the people who were called.
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
   * @param ip as Express determines it
   * @returns whether the number is blocked now; false if the code is unknown or belongs to another number
   * @throws StoreError when the try cannot be counted; the code is not tried then
   */
  async take(proof: OptOutProof, ip: string | undefined): Promise<boolean> {
    const { within: seconds, free, stepMs, mostMs, noticed } = WRONG_CODES;
    // Counts all tries from addresses that cannot be read together.
    const range = `wrong-codes/range/${siteOf(networksOf(this.#cipher, ip))?.hash ?? "unreadable"}`;
    // Counts the try before the code is looked up, so that simultaneous guesses are slowed, too.
    const counted = await this.#db.write("countWrongCode", (transaction) =>
      count(
        transaction,
        [range, ALTOGETHER].map((bucket) => ({ bucket, seconds, most: NO_LIMIT })),
        this.#clock.now(),
      ),
    );
    const wait = Math.min(((counted.get(range) ?? 0) - free) * stepMs, mostMs);
    if (wait > 0) await this.#clock.sleep(wait);
    const found = await this.#db.write("optOut", async (transaction) => {
      const used = await useOptOutCode(transaction, this.#cipher, proof, this.#clock.now());
      if (used !== undefined) await takeBack(transaction, [range, ALTOGETHER]);
      return used;
    });
    if (found?.blocked === true)
      this.#log.info({ call: found.call }, "a number was blocked by its opt-out code");
    if (found === undefined && counted.get(ALTOGETHER) === noticed) {
      this.#log.warn(
        { tries: noticed, within: seconds },
        "opt-out codes are being guessed: tries are slowed for each range of addresses",
      );
    }
    return found !== undefined;
  }
}
