import type { Transaction } from "kysely";
import type { Database } from "../store/database.js";
import type { Tables } from "../store/tables.js";

/** A proof of work that holds, and until when it would if it were not used up. */
export interface ProofUse {
  nonce: string;
  expiresAt: Date;
}

/** Uses a proof up. @returns whether it was the first use of it; holds once the transaction is committed */
export async function useProof(
  transaction: Transaction<Tables>,
  tenant: string,
  { nonce, expiresAt }: ProofUse,
): Promise<boolean> {
  // The primary key decides, not a look before: of simultaneous uses exactly one inserts.
  const { numInsertedOrUpdatedRows } = await transaction
    .insertInto("used_proofs")
    .values({ tenant, id: nonce, expires_at: expiresAt.toISOString() })
    .onConflict((conflict) => conflict.doNothing())
    .executeTakeFirstOrThrow();
  return numInsertedOrUpdatedRows === 1n;
}

/** Deletes what its own age keeps out; for a timer. Throws StoreError. */
export async function pruneUsedProofs(db: Database, now: Date): Promise<void> {
  await db.write((transaction) =>
    transaction.deleteFrom("used_proofs").where("expires_at", "<", now.toISOString()).execute(),
  );
}
