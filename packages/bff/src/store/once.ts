import { sql, type Transaction } from "kysely";
import type { Database } from "./database.js";
import { Statement } from "./statement.js";
import type { Tables, UsedOnceRow } from "./tables.js";

/**
 * A token that can be used once or a limited number of times: an identity token, a proof of work or a sealed
 * number.
 */
export interface OneTimeToken {
  kind: UsedOnceRow["kind"];
  tenant: string;
  /** Id that is unique among the tenant's tokens of this kind. */
  id: string;
  /** Number of times that the token can be used. Default: 1. */
  most?: number | undefined;
  expiresAt: Date;
  /**
   * Time at which the token was checked and had not expired. Expiry is judged by this time, so a slow database
   * makes no difference.
   */
  checkedAt: Date;
}

/**
 * Latest time that can be stored. Times are compared as text, and a year after 9999 begins with `+`, which
 * would sort before all other years.
 */
const LATEST = "9999-12-31T23:59:59.999Z";

/** Milliseconds for which the uses of a token are kept after it has expired, in case the clock is set back. */
const KEPT_MS = 24 * 60 * 60_000;

/**
 * Uses a token once. One SQL statement decides and locks the row of the token until the transaction ends. If a
 * token is used several times at the same moment, no more uses succeed than are allowed.
 *
 * @returns false when the token has no uses left
 */
export async function consume(
  transaction: Transaction<Tables>,
  { kind, tenant, id, most = 1, expiresAt, checkedAt }: OneTimeToken,
): Promise<boolean> {
  const given = {
    ...{ kind, tenant, id, most },
    expires_at: expiresAt.getTime() < Date.parse(LATEST) ? expiresAt.toISOString() : LATEST,
    checked_at: checkedAt.toISOString(),
  };
  return (await CONSUME.change(transaction, given)) === 1;
}

const CONSUME = new Statement(
  (query, given: Omit<UsedOnceRow, "uses"> & { most: number; checked_at: string }) => {
    // Starts counting again if the stored token has expired, because a new token may then have the same id.
    const over = sql<boolean>`used_once.expires_at <= ${given.checked_at}`;
    return query
      .insertInto("used_once")
      .values({
        tenant: given.tenant,
        kind: given.kind,
        id: given.id,
        uses: 1,
        expires_at: given.expires_at,
      })
      .onConflict((conflict) =>
        conflict
          .columns(["tenant", "kind", "id"])
          .doUpdateSet({
            uses: sql<number>`case when ${over} then 1 else used_once.uses + 1 end`,
            expires_at: sql<string>`case when ${over} then excluded.expires_at else used_once.expires_at end`,
          })
          .where(sql<boolean>`${over} or used_once.uses < ${given.most}`),
      );
  },
);

/** Takes back the uses that {@link consume} has recorded in the same transaction. */
export async function restore(
  transaction: Transaction<Tables>,
  consumed: readonly OneTimeToken[],
): Promise<void> {
  for (const { tenant, kind, id } of consumed) await RESTORE.change(transaction, { tenant, kind, id });
}

const RESTORE = new Statement((query, given: Pick<UsedOnceRow, "tenant" | "kind" | "id">) =>
  query
    .updateTable("used_once")
    .set((row) => ({ uses: row("uses", "-", 1) }))
    .where("tenant", "=", given.tenant)
    .where("kind", "=", given.kind)
    .where("id", "=", given.id),
);

/** Deletes the uses of tokens that expired long ago. A timer calls this function. */
export async function pruneUses(db: Database, now: Date): Promise<void> {
  const kept = new Date(now.getTime() - KEPT_MS).toISOString();
  await db.write("pruneUses", (transaction) =>
    transaction.deleteFrom("used_once").where("expires_at", "<=", kept).execute(),
  );
}
