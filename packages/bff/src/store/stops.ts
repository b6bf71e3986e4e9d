import type { Database } from "./database.js";
import type { StopReason, StopRow } from "./tables.js";

/** The scope of a stop that is for every tenant; no tenant can have this id. */
export const EVERYBODY = "*";

/**
 * Dials nothing of `scope`, a tenant's id or {@link EVERYBODY}, from now on, within the second and on every instance: what
 * waits and what comes in is left to people. Each reason stops, and is lifted, by itself.
 */
export async function stopCalls(db: Database, scope: string, reason: StopReason, now: Date): Promise<void> {
  await db.write("stop", (transaction) =>
    transaction
      .insertInto("stops")
      .values({ scope, reason, since: now.toISOString() })
      .onConflict((conflict) => conflict.doNothing())
      .execute(),
  );
}

/** Dials again, unless another reason stands. @returns since when it had not for this one, if so */
export async function resumeCalls(
  db: Database,
  scope: string,
  reason: StopReason,
): Promise<string | undefined> {
  const rows = await db.write("resume", (transaction) =>
    transaction
      .deleteFrom("stops")
      .where("scope", "=", scope)
      .where("reason", "=", reason)
      .returning("since")
      .execute(),
  );
  return rows[0]?.since;
}

/** What is stopped, for everybody first. */
export const stopsOf = (db: Database): Promise<StopRow[]> =>
  db.query.selectFrom("stops").selectAll().orderBy("scope").orderBy("reason").execute();

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
