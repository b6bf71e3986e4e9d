import type { CallReason } from "@uis-call/shared";
import {
  type Compilable,
  type Expression,
  type ExpressionBuilder,
  sql,
  type SqlBool,
  type Transaction,
} from "kysely";
import { Statement } from "../store/statement.js";
import { ALL_TENANTS } from "../store/pauses.js";
import type { CallRow, Tables } from "../store/tables.js";

/** Whether nobody has forbidden to dial the call: neither who has the number, nor the operator. */
export const isNotProhibited = (row: ExpressionBuilder<Tables, "calls">): Expression<SqlBool> =>
  row.not(
    row.or([
      row.exists(
        row
          .selectFrom("pauses")
          .select("since")
          .where(pausing(row.ref("calls.tenant"))),
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

/** A pause of this tenant's calls, or of all. */
const pausing =
  (tenant: Expression<string>) =>
  (pause: ExpressionBuilder<Tables, "pauses">): Expression<SqlBool> =>
    pause.or([pause("pauses.scope", "=", ALL_TENANTS), pause("pauses.scope", "=", tenant)]);

type Prohibition = Extract<CallReason, "number_blocked" | "restored" | "calls_stopped">;

/**
 * What matters most to the person who calls back comes first: a block, then a restored backup, which lacks the calls made
 * since.
 */
const BY_WEIGHT: readonly Prohibition[] = ["number_blocked", "restored", "calls_stopped"];

/** Why the call is not to be dialled, if it is forbidden. */
export async function prohibitionOf(
  transaction: Transaction<Tables>,
  call: Pick<CallRow, "tenant" | "visitor_hash" | "office_hash">,
): Promise<Prohibition | undefined> {
  const found = await PROHIBITIONS.all(transaction, call);
  return BY_WEIGHT.find((prohibition) => found.some(({ reason }) => reason === prohibition));
}

const PROHIBITIONS = new Statement(
  (
    query,
    given: Pick<CallRow, "tenant" | "visitor_hash" | "office_hash">,
  ): Compilable<{ reason: Prohibition }> =>
    query
      .selectFrom("pauses")
      .select((row) => row.ref("reason").$castTo<Prohibition>().as("reason"))
      .where("scope", "in", [ALL_TENANTS, given.tenant])
      .unionAll((either) =>
        either
          .selectFrom("number_blocks")
          .select(sql.lit<Prohibition>("number_blocked").as("reason"))
          .where("number_hash", "in", [given.visitor_hash, given.office_hash]),
      ),
);
