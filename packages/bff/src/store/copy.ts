import { sql, type Transaction } from "kysely";
import type { Database } from "./database.js";
import type { Tables } from "./tables.js";

/**
 * Whether a table is copied. Calls are copied before the rows that belong to them, because these rows refer to
 * a call. Some tables are useful only in the old database and are not copied: counts of one minute, running
 * instances and UIS tokens.
 */
const COPIED = {
  calls: true,
  intents: true,
  attempts: true,
  notifications: true,
  receivers: true,
  sessions: true,
  number_keys: true,
  pauses: true,
  limit_counts: true,
  used_once: true,
  bans: true,
  number_blocks: true,
  opt_out_codes: true,
  anonymous_tries: false,
  uis_tokens: false,
  instances: false,
} satisfies Record<keyof Tables, boolean>;

type Table = keyof typeof COPIED;

/**
 * Rows per insert. PostgreSQL allows 65,535 parameters per statement, which is enough for tables of 131
 * columns.
 */
const BATCH = 500;

/**
 * Copies a SQLite database into an empty PostgreSQL one, in one transaction.
 *
 * @returns the number of calls copied
 * @throws Error when `to` is not PostgreSQL or not empty
 */
export async function copyAll(from: Database, to: Database): Promise<number> {
  if (from.engine !== "sqlite" || to.engine !== "postgres") {
    throw new Error("copying goes from sqlite: to postgres://; between two of PostgreSQL use pg_dump");
  }
  return to.write("copy", async (transaction) => {
    const present = await transaction.selectFrom("calls").select("id").limit(1).executeTakeFirst();
    if (present !== undefined)
      throw new Error("the database to copy to has calls already: name an empty one");
    let calls = 0;
    for (const table of (Object.keys(COPIED) as Table[]).filter((table) => COPIED[table])) {
      const rows = await copyTable(from, transaction, table);
      if (table === "calls") calls = rows;
    }
    // Continues the sequence after the highest id, because attempts keep their ids.
    await sql`select setval(pg_get_serial_sequence('attempts', 'id'), (select coalesce(max(id), 0) + 1 from attempts), false)`.execute(
      transaction,
    );
    return calls;
  });
}

async function copyTable(from: Database, to: Transaction<Tables>, table: Table): Promise<number> {
  let copied = 0;
  let batch: object[] = [];
  const flush = async (): Promise<void> => {
    if (batch.length > 0) await to.insertInto(table).values(batch).execute();
    copied += batch.length;
    batch = [];
  };
  for await (const row of from.query.selectFrom(table).selectAll().stream()) {
    batch.push(row);
    if (batch.length === BATCH) await flush();
  }
  await flush();
  return copied;
}
