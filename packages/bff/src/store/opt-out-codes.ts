import { later } from "../clock.js";
import { randomInt } from "node:crypto";
import type { Transaction } from "kysely";
import type { Database } from "./database.js";
import { blockNumber } from "./number-blocks.js";
import type { NumberCipher } from "./number-cipher.js";
import type { Tables } from "./tables.js";

/** Milliseconds for which an opt-out code is valid. */
const CODE_LIFETIME_MS = 48 * 60 * 60_000;

const DIGITS = 6;
/** Number of tries to find an unused code. All of them fail only if nearly all of the million codes are in use. */
const MOST_TRIES = 20;

/**
 * Hash of a code and the last four digits of the number that is called. A code is found only with both, so that a
 * stranger has ten thousand times as many combinations to guess.
 */
const hashOf = (cipher: NumberCipher, code: string, lastFour: string): string =>
  cipher.hash(`opt-out code ${code} ${lastFour}`);

/** What a person enters to opt out. */
export interface OptOutProof {
  /** Six digits, as they were spoken. */
  code: string;
  /** Last four digits of the person's own number. */
  lastFour: string;
}

/** Creates an opt-out code for this call. It replaces a code from an earlier attempt. */
export async function issueOptOutCode(
  transaction: Transaction<Tables>,
  cipher: NumberCipher,
  call: { id: string; numberHash: string; lastFour: string },
  now: Date,
): Promise<string> {
  await transaction.deleteFrom("opt_out_codes").where("call_id", "=", call.id).execute();
  for (let tries = 0; tries < MOST_TRIES; tries++) {
    const code = String(randomInt(10 ** DIGITS)).padStart(DIGITS, "0");
    const { numInsertedOrUpdatedRows } = await transaction
      .insertInto("opt_out_codes")
      .values({
        code_hash: hashOf(cipher, code, call.lastFour),
        call_id: call.id,
        number_hash: call.numberHash,
        expires_at: later(now, CODE_LIFETIME_MS),
        used_at: null,
      })
      .onConflict((conflict) => conflict.doNothing())
      .executeTakeFirstOrThrow();
    if (numInsertedOrUpdatedRows === 1n) return code;
  }
  throw new Error("nearly every code is in use");
}

/**
 * Blocks the number of the call in which the code was spoken. A code blocks the number once. If the code is
 * sent again, for example because the page is reloaded, the number is blocked already and this is no error.
 *
 * @returns the call in which the code was spoken, and whether this use blocked the number; undefined for an
 *   unknown code
 */
export async function useOptOutCode(
  transaction: Transaction<Tables>,
  cipher: NumberCipher,
  { code, lastFour }: OptOutProof,
  now: Date,
): Promise<{ call: string; blocked: boolean } | undefined> {
  const codeHash = hashOf(cipher, code, lastFour);
  const unused = await transaction
    .updateTable("opt_out_codes")
    .set({ used_at: now.toISOString() })
    .where("code_hash", "=", codeHash)
    .where("expires_at", ">", now.toISOString())
    .where("used_at", "is", null)
    .returningAll()
    .executeTakeFirst();
  if (unused !== undefined) {
    const blocked = await blockNumber(transaction, unused.number_hash, "code", now);
    return { call: unused.call_id, blocked };
  }
  // Finds a used code only while the number is blocked: the code no longer works after the operator has lifted
  // the block.
  const used = await transaction
    .selectFrom("opt_out_codes")
    .innerJoin("number_blocks", "number_blocks.number_hash", "opt_out_codes.number_hash")
    .select("opt_out_codes.call_id")
    .where("code_hash", "=", codeHash)
    .where("expires_at", ">", now.toISOString())
    .executeTakeFirst();
  return used && { call: used.call_id, blocked: false };
}

/** Deletes expired codes. A timer calls this function. */
export async function pruneOptOutCodes(db: Database, now: Date): Promise<void> {
  await db.write("pruneOptOutCodes", (transaction) =>
    transaction.deleteFrom("opt_out_codes").where("expires_at", "<=", now.toISOString()).execute(),
  );
}
