import { type CallReason, KEPT_REASONS } from "@uis-call/shared";
import type { Transaction } from "kysely";
import type { CallRow, Tables } from "../store/tables.js";
import { sameVisitor } from "./busy-phones.js";
import type { CallQuotas } from "./call-quotas.js";
import { prohibitionOf } from "./prohibitions.js";

/** What decides, besides the call itself, whether it may be dialled. */
export interface Circumstances {
  /** Calls that must end before this one is dialled. */
  inTheWay: readonly CallRow[];
  /** Absent: no quotas. */
  quotas?: CallQuotas | undefined;
  now: Date;
  /** Whether the call is about to be counted, so that full quotas need no check here. */
  counted?: boolean;
}

/**
 * Finds the reason to hold a call for a person. Reasons that concern its number go before an operator's pause: the
 * visitor sees only `kept` for each of them, and a pause must not make them distinguishable. A block goes first,
 * because the person who calls back must know of it.
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

/** Like {@link obstacleTo}, but only for reasons that concern the call's number. */
export async function keptReasonOf(
  transaction: Transaction<Tables>,
  call: CallRow,
  circumstances: Circumstances,
): Promise<CallReason | undefined> {
  const obstacle = await obstacleTo(transaction, call, circumstances);
  return obstacle !== undefined && KEPT_REASONS.includes(obstacle) ? obstacle : undefined;
}
