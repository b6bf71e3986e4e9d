import { sql, type Transaction } from "kysely";
import type { Database } from "./database.js";
import { Statement } from "./statement.js";
import type { Tables, UsedOnceRow } from "./tables.js";

/** What is good for one use: an identity token, a proof of work, a sealed number. */
export interface OneTimeToken {
  kind: UsedOnceRow["kind"];
  tenant: string;
  /** Unique among the tenant's tokens of this kind. */
  id: string;
  /** Uses it is good for; default: one. */
  most?: number | undefined;
  expiresAt: Date;
  /** When it was found not to have expired: its uses count until then, however long the database takes. */
  checkedAt: Date;
}

/** Latest time that can be stored. Times sort as text: the `+` before a year after 9999 would sort first. */
const LATEST = "9999-12-31T23:59:59.999Z";

/** Milliseconds a use is kept after the token has expired, for a clock that is set back. */
const KEPT_MS = 24 * 60 * 60_000;

/**
 * Uses a token, in one statement, which locks its row until the transaction ends: of simultaneous uses exactly as many
 * succeed as it is good for.
 *
 * @returns false when it is used up
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
    // An id may come again once the token that had it has expired.
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

/** Takes back what {@link consume} has used in the same transaction. */
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

/** Deletes uses of tokens that expired long ago; for a timer. */
export async function pruneUses(db: Database, now: Date): Promise<void> {
  const kept = new Date(now.getTime() - KEPT_MS).toISOString();
  await db.write("pruneUses", (transaction) =>
    transaction.deleteFrom("used_once").where("expires_at", "<=", kept).execute(),
  );
}
