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

/** Whether the call may be dialled: no pause is active, and neither number is blocked. */
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
          // Checks both numbers. A sealed office number, too, may belong to a person who has opted out.
          .where((block) =>
            block.or([
              block("number_blocks.number_hash", "=", block.ref("calls.visitor_hash")),
              block("number_blocks.number_hash", "=", block.ref("calls.office_hash")),
            ]),
          ),
      ),
    ]),
  );

/** Matches a pause of this tenant or of all tenants. */
const pausing =
  (tenant: Expression<string>) =>
  (pause: ExpressionBuilder<Tables, "pauses">): Expression<SqlBool> =>
    pause.or([pause("pauses.scope", "=", ALL_TENANTS), pause("pauses.scope", "=", tenant)]);

type Prohibition = Extract<CallReason, "number_blocked" | "restored" | "calls_stopped">;

/**
 * Prohibitions in the order of their importance to the person who calls back. A block is the most important. A
 * restored backup comes next, because the backup lacks later calls.
 */
const BY_WEIGHT: readonly Prohibition[] = ["number_blocked", "restored", "calls_stopped"];

/** Finds the most important prohibition of a call. */
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
