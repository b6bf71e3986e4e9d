import { type CallReason, KEPT_REASONS } from "@uis-call/shared";
import type { Transaction } from "kysely";
import type { CallRow, Tables } from "../store/tables.js";
import { sameVisitor } from "./busy-phones.js";
import type { CallQuotas } from "./call-quotas.js";
import { prohibitionOf } from "./prohibitions.js";

/** What determines, besides the call itself, whether the call may be dialled. */
export interface Circumstances {
  /** Calls that must end before this one is dialled. */
  inTheWay: readonly CallRow[];
  /** Call quotas. If absent, no call is limited. */
  quotas?: CallQuotas | undefined;
  now: Date;
  /**
   * Whether the caller counts the call after this check. The count then shows whether a quota is full, so
   * quotas are not checked here.
   */
  counted?: boolean;
}

/**
 * Finds the reason to hold a call for a person. A reason that concerns the number comes before an operator's
 * pause: the visitor sees all these reasons as `kept`, and a pause must not make a difference between them. A
 * block comes first of all, because the person who calls back must know about it.
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

/** Like {@link obstacleTo}, but returns only a reason that concerns the number of the call. */
export async function keptReasonOf(
  transaction: Transaction<Tables>,
  call: CallRow,
  circumstances: Circumstances,
): Promise<CallReason | undefined> {
  const obstacle = await obstacleTo(transaction, call, circumstances);
  return obstacle !== undefined && KEPT_REASONS.includes(obstacle) ? obstacle : undefined;
}
