import type { Database } from "./database.js";
import type { PauseReason, PauseRow } from "./tables.js";

/** Scope of a pause of all tenants; no tenant can have this id. */
export const ALL_TENANTS = "*";

/**
 * Pauses all calls of `scope`, a tenant's id or {@link ALL_TENANTS}, within a second on every instance. Waiting and
 * new calls are kept for a person. Each reason is a pause of its own, lifted by itself.
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
 * Lifts a pause. Calls are dialled again unless another reason pauses them.
 *
 * @returns start of the lifted pause; undefined when there was none
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

/** Lists the active pauses, those of all tenants first. */
export const activePauses = (db: Database): Promise<PauseRow[]> =>
  db.query.selectFrom("pauses").selectAll().orderBy("scope").orderBy("reason").execute();

/** Whether the tenant has ever had a call; if not, its id may be mistyped. */
export async function hasCalls(db: Database, tenant: string): Promise<boolean> {
  const call = await db.query
    .selectFrom("calls")
    .select("id")
    .where("tenant", "=", tenant)
    .limit(1)
    .executeTakeFirst();
  return call !== undefined;
}
