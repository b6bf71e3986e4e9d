import { later } from "../clock.js";
import { randomInt } from "node:crypto";
import type { Transaction } from "kysely";
import type { Database } from "./database.js";
import { blockNumber } from "./number-blocks.js";
import type { NumberCipher } from "./number-cipher.js";
import type { Tables } from "./tables.js";

/** Milliseconds for which a code is valid. */
const CODE_LIFETIME_MS = 48 * 60 * 60_000;

const DIGITS = 6;
/** Tries before giving up: all of them fail only when nearly all of the million codes are in use. */
const MOST_TRIES = 20;

const hashOf = (cipher: NumberCipher, code: string): string => cipher.hash(`opt-out code ${code}`);

/** Makes an opt-out code for this call. It replaces the code of an earlier attempt. */
export async function issueOptOutCode(
  transaction: Transaction<Tables>,
  cipher: NumberCipher,
  call: { id: string; numberHash: string },
  now: Date,
): Promise<string> {
  await transaction.deleteFrom("opt_out_codes").where("call_id", "=", call.id).execute();
  for (let tries = 0; tries < MOST_TRIES; tries++) {
    const code = String(randomInt(10 ** DIGITS)).padStart(DIGITS, "0");
    const { numInsertedOrUpdatedRows } = await transaction
      .insertInto("opt_out_codes")
      .values({
        code_hash: hashOf(cipher, code),
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
 * Blocks the number of the call in which the code was spoken. A code blocks once; a repeat, such as a page reload,
 * finds the number blocked.
 *
 * @returns the call of the code, and whether this use blocked the number; undefined for an unknown code
 */
export async function useOptOutCode(
  transaction: Transaction<Tables>,
  cipher: NumberCipher,
  code: string,
  now: Date,
): Promise<{ call: string; blocked: boolean } | undefined> {
  const codeHash = hashOf(cipher, code);
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
  // Once the operator lifts the block, the used code no longer works.
  const used = await transaction
    .selectFrom("opt_out_codes")
    .innerJoin("number_blocks", "number_blocks.number_hash", "opt_out_codes.number_hash")
    .select("opt_out_codes.call_id")
    .where("code_hash", "=", codeHash)
    .where("expires_at", ">", now.toISOString())
    .executeTakeFirst();
  return used && { call: used.call_id, blocked: false };
}

/** Deletes expired codes. Called by a timer. */
export async function pruneOptOutCodes(db: Database, now: Date): Promise<void> {
  await db.write("pruneOptOutCodes", (transaction) =>
    transaction.deleteFrom("opt_out_codes").where("expires_at", "<=", now.toISOString()).execute(),
  );
}
