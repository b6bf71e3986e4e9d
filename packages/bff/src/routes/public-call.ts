import type { Call, CallReason } from "@uis-call/shared";
import type { CallRow } from "../store/tables.js";

/** The call as its own session may see it. */
export const publicCall = (row: CallRow): Call => ({
  id: row.id,
  status: row.status,
  target: row.target,
  ...(row.reference !== null && { reference: row.reference }),
  createdAt: row.created_at,
  updatedAt: row.updated_at,
  ...(row.scheduled_for !== null && { scheduledFor: row.scheduled_for }),
  ...(row.reason !== null && { reason: toldReason(row.reason) }),
});

/** That somebody does not want to be called is nobody else's business. */
const toldReason = (reason: CallReason): CallReason =>
  reason === "number_blocked" ? "limit_reached" : reason;
