import { later } from "../clock.js";
import { randomInt } from "node:crypto";
import type { Transaction } from "kysely";
import type { Database } from "./database.js";
import { blockNumber } from "./number-blocks.js";
import type { NumberCipher } from "./number-cipher.js";
import type { Tables } from "./tables.js";

/** Milliseconds a code can be used after it was told. */
const CODE_LIFETIME_MS = 48 * 60 * 60_000;

const DIGITS = 6;
/** Of a million codes, so many would have to be taken in a row. */
const MOST_TRIES = 20;

const hashOf = (cipher: NumberCipher, code: string): string => cipher.hash(`opt-out code ${code}`);

/** Makes a code for this call, in place of the one an earlier attempt of it had. */
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
 * Blocks the number that the code was told to. A code blocks once; sent once more, as browsers do when a page is
 * reloaded, it finds the number blocked.
 *
 * @returns the call it was made for, and whether it has blocked now; undefined when there is no such code
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
  // Should the operator have lifted the block since, the code is spent.
  const used = await transaction
    .selectFrom("opt_out_codes")
    .innerJoin("number_blocks", "number_blocks.number_hash", "opt_out_codes.number_hash")
    .select("opt_out_codes.call_id")
    .where("code_hash", "=", codeHash)
    .where("expires_at", ">", now.toISOString())
    .executeTakeFirst();
  return used && { call: used.call_id, blocked: false };
}

/** Deletes codes that are no longer good; for a timer. */
export async function pruneOptOutCodes(db: Database, now: Date): Promise<void> {
  await db.write("pruneOptOutCodes", (transaction) =>
    transaction.deleteFrom("opt_out_codes").where("expires_at", "<=", now.toISOString()).execute(),
  );
}
