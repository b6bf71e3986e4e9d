import type { Transaction } from "kysely";
import type { PartColumn, Stays } from "../store/column.js";
import { ATTEMPTS, CALLS, NOTIFICATIONS } from "../store/columns.js";
import type { Tables } from "../store/tables.js";

/**
 * Erases the personal data of calls that are over, and of their attempts and notifications. Which columns are
 * personal is defined in store/columns.ts; the other columns stay for statistics. Deletes the idempotency keys
 * and opt-out codes of the calls.
 */
export async function erase(
  transaction: Transaction<Tables>,
  ids: readonly string[],
  now: Date,
): Promise<void> {
  if (ids.length === 0) return;
  await transaction
    .deleteFrom("intents")
    .where("call_id", "in", ids)
    // Selects by the primary key as well, because there is no index on `call_id`.
    .where((row) =>
      row(
        row.refTuple("tenant", "principal"),
        "in",
        row
          .selectFrom("calls")
          .select(["calls.tenant", "calls.principal"])
          .where("calls.id", "in", ids)
          .$asTuple("tenant", "principal"),
      ),
    )
    .execute();
  await transaction.deleteFrom("opt_out_codes").where("call_id", "in", ids).execute();
  for (const [table, columns] of [
    ["attempts", ATTEMPTS],
    ["notifications", NOTIFICATIONS],
  ] as const) {
    const blank = blankOf<Record<string, PartColumn>>(columns);
    if (Object.keys(blank).length === 0) continue;
    await transaction.updateTable(table).set(blank).where("call_id", "in", ids).execute();
  }
  await transaction
    .updateTable("calls")
    .set({ ...blankOf(CALLS), erased_at: now.toISOString() })
    .where("id", "in", ids)
    .execute();
}

/** The values that erasure writes, for each column that it does not leave as it is. */
type Blank<Columns extends Record<string, PartColumn>> = {
  [Name in keyof Columns as Columns[Name]["erase"] extends Stays ? never : Name]: Columns[Name]["erase"];
};

function blankOf<Columns extends Record<string, PartColumn>>(columns: Columns): Blank<Columns> {
  const values = Object.entries(columns).map(([name, { erase }]) => [name, erase] as const);
  return Object.fromEntries(
    values.filter(([, erase]) => erase === null || typeof erase === "string"),
  ) as Blank<Columns>;
}
