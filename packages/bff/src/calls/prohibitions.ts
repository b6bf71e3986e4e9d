import type { CallReason } from "@uis-call/shared";
import type { Compilable, Expression, ExpressionBuilder, SqlBool, Transaction } from "kysely";
import { blockOf } from "../store/number-blocks.js";
import { Statement } from "../store/statement.js";
import { EVERYBODY } from "../store/stops.js";
import type { CallRow, Tables } from "../store/tables.js";

/** Whether nobody has forbidden to dial the call: neither who has the number, nor the operator. */
export const isNotProhibited = (row: ExpressionBuilder<Tables, "calls">): Expression<SqlBool> =>
  row.not(
    row.or([
      row.exists(
        row
          .selectFrom("stops")
          .select("since")
          .where(stopping(row.ref("calls.tenant"))),
      ),
      row.exists(
        row
          .selectFrom("number_blocks")
          .select("by")
          // Either side's: a sealed number is whosever the host's own users say it is.
          .where((block) =>
            block.or([
              block("number_blocks.number_hash", "=", block.ref("calls.visitor_hash")),
              block("number_blocks.number_hash", "=", block.ref("calls.office_hash")),
            ]),
          ),
      ),
    ]),
  );

/** A stop of this tenant's calls, or of everybody's. */
const stopping =
  (tenant: Expression<string>) =>
  (stop: ExpressionBuilder<Tables, "stops">): Expression<SqlBool> =>
    stop.or([stop("stops.scope", "=", EVERYBODY), stop("stops.scope", "=", tenant)]);

/** Whether somebody has forbidden to dial a call with these numbers. */
export const isProhibited = async (
  transaction: Transaction<Tables>,
  call: Pick<CallRow, "tenant" | "visitor_hash" | "office_hash">,
): Promise<boolean> => (await PROHIBITED.first(transaction, call)) !== undefined;

const PROHIBITED = new Statement(
  (
    query,
    given: Pick<CallRow, "tenant" | "visitor_hash" | "office_hash">,
  ): Compilable<{ forbidden: number }> =>
    query
      .selectFrom("stops")
      .select((row) => row.lit(1).as("forbidden"))
      .where("scope", "in", [EVERYBODY, given.tenant])
      .unionAll((either) =>
        either
          .selectFrom("number_blocks")
          .select((row) => row.lit(1).as("forbidden"))
          .where("number_hash", "in", [given.visitor_hash, given.office_hash]),
      ),
);

/** Why the call is not to be dialled, if it is not; what matters most to whoever would call back comes first. */
export async function prohibitionOf(
  transaction: Transaction<Tables>,
  call: CallRow,
): Promise<CallReason | undefined> {
  for (const hash of [call.visitor_hash, call.office_hash]) {
    if (hash !== null && (await blockOf(transaction, hash)) !== undefined) return "number_blocked";
  }
  const stop = await transaction
    .selectFrom("stops")
    .select("reason")
    .where((row) => stopping(row.val(call.tenant))(row))
    // A restored backup first: who calls back has to know that there may have been calls since.
    .orderBy("reason", "desc")
    .executeTakeFirst();
  return stop?.reason;
}
