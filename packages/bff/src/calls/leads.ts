import type { Database } from "../store/database.js";
import type { NumberCipher } from "../store/number-cipher.js";
import type { CallRow } from "../store/tables.js";
import { FOR_A_PERSON } from "./under-way.js";

const BATCH = 500;

/** Selects leads. An empty filter selects all leads. */
export interface LeadFilter {
  /** Selects only calls whose last change was at or after this time (ISO 8601). */
  since?: string;
  tenant?: string;
}

/** Yields the calls that need a person, in the order of their last change. */
export async function* leads(db: Database, { since = "", tenant }: LeadFilter): AsyncGenerator<CallRow> {
  let last = { updated_at: since, id: "" };
  for (;;) {
    let query = db.query
      .selectFrom("calls")
      .selectAll()
      .where("status", "in", FOR_A_PERSON)
      .where((row) =>
        row.or([
          row("updated_at", ">", last.updated_at),
          row.and([row("updated_at", "=", last.updated_at), row("id", ">", last.id)]),
        ]),
      );
    if (tenant !== undefined) query = query.where("tenant", "=", tenant);
    const rows = await query.orderBy("updated_at").orderBy("id").limit(BATCH).execute();
    yield* rows;
    const end = rows.at(-1);
    if (end === undefined || rows.length < BATCH) return;
    last = end;
  }
}

/** Returns what a person needs to know to call the visitor back. */
export const leadOf = (call: CallRow, cipher: NumberCipher) => ({
  id: call.id,
  tenant: call.tenant,
  target: call.target,
  reference: call.reference,
  identity: call.identity,
  // Null if the call has been erased.
  phone: call.visitor_number && cipher.decrypt(call.visitor_number),
  status: call.status,
  reason: call.reason,
  createdAt: call.created_at,
  updatedAt: call.updated_at,
  scheduledFor: call.scheduled_for,
  page: call.page,
  variables: JSON.parse(call.variables) as unknown,
});
