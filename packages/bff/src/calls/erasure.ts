import type { Transaction } from "kysely";
import type { Tables } from "../store/tables.js";

/**
 * Erases personal data from calls that are over: both numbers and their hashes, user, reference, variables, page, and
 * address of the consent. The rest of the row stays for statistics. Deletes the calls' idempotency keys and opt-out
 * codes.
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
    // Goes by the primary key, because intents have no index by call.
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
  await transaction
    .updateTable("calls")
    .set({
      visitor_number: null,
      visitor_hash: null,
      office_number: null,
      office_hash: null,
      operator_hash: null,
      identity: null,
      reference: null,
      variables: "{}",
      page: null,
      consent_address: null,
      erased_at: now.toISOString(),
    })
    .where("id", "in", ids)
    .execute();
}
