import type { Transaction } from "kysely";
import type { Tables } from "../store/tables.js";

/**
 * Takes out of these calls, which are over, everything that tells whose they were: both numbers and their hashes, the
 * user, the reference, what was filled in, the page, and where the consent came from. What is left counts calls. With
 * them go the keys their requests came under, and the codes they told.
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
    // By its key: a call's intents have its owner, and there is no index by call.
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
