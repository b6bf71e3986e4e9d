import type { Database } from "./database.js";
import type { PauseReason, PauseRow } from "./tables.js";

/** Scope of a pause for all tenants. No tenant can have this id. */
export const ALL_TENANTS = "*";

/**
 * Pauses all calls of `scope`, which is a tenant's id or {@link ALL_TENANTS}. Every instance obeys the pause
 * within a second. Waiting and new calls are held for a person. Pauses with different reasons are independent,
 * and each is lifted separately.
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

/**
 * Lifts a pause. Calls are dialled again unless they are paused for another reason.
 *
 * @returns the start of the lifted pause; undefined if there was none
 */
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

/** Lists the active pauses. Pauses for all tenants come first. */
export const activePauses = (db: Database): Promise<PauseRow[]> =>
  db.query.selectFrom("pauses").selectAll().orderBy("scope").orderBy("reason").execute();

/** Whether the tenant has ever had a call. If it has not, its id may be mistyped. */
export async function hasCalls(db: Database, tenant: string): Promise<boolean> {
  const call = await db.query
    .selectFrom("calls")
    .select("id")
    .where("tenant", "=", tenant)
    .limit(1)
    .executeTakeFirst();
  return call !== undefined;
}
