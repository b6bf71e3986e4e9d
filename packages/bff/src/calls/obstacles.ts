import { type CallReason, KEPT_REASONS } from "@uis-call/shared";
import type { Transaction } from "kysely";
import type { CallRow, Tables } from "../store/tables.js";
import { sameVisitor } from "./busy-phones.js";
import type { CallQuotas } from "./call-quotas.js";
import { prohibitionOf } from "./prohibitions.js";

export interface Circumstances {
  /** The calls that have to end before this one may be dialled. */
  inTheWay: readonly CallRow[];
  /** None: as many calls as are asked for. */
  quotas?: CallQuotas | undefined;
  now: Date;
  /** The call is about to be counted: the limits speak for themselves then. */
  counted?: boolean;
}

/**
 * Why the call is kept for a person, if it is. What concerns its number comes before an operator's pause: the visitor is
 * told `kept` for each, and could tell them apart by a pause otherwise. A block is first: the person who calls back has
 * to know.
 */
export async function obstacleTo(
  transaction: Transaction<Tables>,
  call: CallRow,
  { inTheWay, quotas, now, counted = false }: Circumstances,
): Promise<CallReason | undefined> {
  const prohibition = await prohibitionOf(transaction, call);
  if (prohibition === "number_blocked") return prohibition;
  if (inTheWay.some((other) => !sameVisitor(other, call))) return "number_under_way";
  const counts = counted && prohibition === undefined;
  if (!counts && (await quotas?.isFull(transaction, call, now))) return "limit_reached";
  return prohibition;
}

/** As {@link obstacleTo}, but only what concerns the call's number. */
export async function keptReasonOf(
  transaction: Transaction<Tables>,
  call: CallRow,
  circumstances: Circumstances,
): Promise<CallReason | undefined> {
  const obstacle = await obstacleTo(transaction, call, circumstances);
  return obstacle !== undefined && KEPT_REASONS.includes(obstacle) ? obstacle : undefined;
}
