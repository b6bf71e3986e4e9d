import type { Database } from "./database.js";
import type { PauseReason, PauseRow } from "./tables.js";

/** The scope of a pause of every tenant; no tenant can have this id. */
export const ALL_TENANTS = "*";

/**
 * Dials nothing of `scope`, a tenant's id or {@link ALL_TENANTS}, from now on, within the second and on every instance:
 * what waits and what comes in is left to people. Each reason pauses, and is lifted, by itself.
 */
export async function pauseCalls(db: Database, scope: string, reason: PauseReason, now: Date): Promise<void> {
  await db.write("pause", (transaction) =>
    transaction
      .insertInto("pauses")
      .values({ scope, reason, since: now.toISOString() })
      .onConflict((conflict) => conflict.doNothing())
      .execute(),
  );
}

/** Dials again, unless another reason stands. @returns since when it had not for this one, if so */
export async function resumeCalls(
  db: Database,
  scope: string,
  reason: PauseReason,
): Promise<string | undefined> {
  const rows = await db.write("resume", (transaction) =>
    transaction
      .deleteFrom("pauses")
      .where("scope", "=", scope)
      .where("reason", "=", reason)
      .returning("since")
      .execute(),
  );
  return rows[0]?.since;
}

/** The pauses in force, those of all tenants first. */
export const activePauses = (db: Database): Promise<PauseRow[]> =>
  db.query.selectFrom("pauses").selectAll().orderBy("scope").orderBy("reason").execute();

/** Whether the tenant has had a call; one that has not may be misspelt. */
export async function hasCalls(db: Database, tenant: string): Promise<boolean> {
  const call = await db.query
    .selectFrom("calls")
    .select("id")
    .where("tenant", "=", tenant)
    .limit(1)
    .executeTakeFirst();
  return call !== undefined;
}
