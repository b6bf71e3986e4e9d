import { type Call, type CallReason, KEPT_REASONS } from "@uis-call/shared";
import type { Tenant } from "../config/configuration.js";
import type { CallRow } from "../store/tables.js";

/** Converts a call to the form that its own session may see. */
export const publicCall = (row: CallRow, tenant: Tenant): Call => ({
  id: row.id,
  status: row.status,
  target: row.target,
  ...(row.reference !== null && { reference: row.reference }),
  createdAt: row.created_at,
  updatedAt: row.updated_at,
  ...(row.scheduled_for !== null && { scheduledFor: row.scheduled_for }),
  ...(row.reason !== null && { reason: toldReason(row.reason, row, tenant) }),
  ...(tenant.notify && { receiver: true as const }),
});

/**
 * Returns the reason that the session may see. A reason is replaced by `kept` if it would tell a stranger that
 * a number is being called, is called often or is blocked. Identified users of a tenant that requires identity
 * see the true reason.
 */
function toldReason(reason: CallReason, { identity }: CallRow, tenant: Tenant): CallReason {
  const trusted = identity !== null && tenant.identity?.required === true;
  return !trusted && KEPT_REASONS.includes(reason) ? "kept" : reason;
}
