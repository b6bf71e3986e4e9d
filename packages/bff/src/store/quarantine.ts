import type { Database } from "./database.js";

/** Dials nothing from now on, within the second: what waits and what comes in is left to people. */
export async function quarantine(db: Database, now: Date): Promise<void> {
  await db.write((transaction) =>
    transaction.insertInto("quarantine").values({ since: now.toISOString() }).execute(),
  );
}

/** Since when nothing is dialled, if so. */
export async function quarantinedSince(db: Database): Promise<string | undefined> {
  return (await db.query.selectFrom("quarantine").select("since").executeTakeFirst())?.since;
}

/** Dials again. @returns since when it had not, if so */
export async function release(db: Database): Promise<string | undefined> {
  const rows = await db.write((transaction) =>
    transaction.deleteFrom("quarantine").returning("since").execute(),
  );
  return rows[0]?.since;
}
