/**
 * The part of the contract that pages see through the element. Written out here, because types taken from the schemas
 * would make the published package depend on zod. `contract.test.ts` keeps both equal.
 */

/** The state of a call; the last five are final. */
export type CallStatus =
  "accepted" | "scheduled" | "waiting" | "dialing" | "placed" | "failed" | "unknown" | "held" | "cancelled";

/** The reason for a call's status. */
export type CallReason =
  | "not_connected"
  | "service_refused"
  | "no_answer_from_service"
  | "interrupted"
  | "service_unreachable"
  | "service_limit"
  | "deadline_passed"
  | "closed"
  | "phone_busy"
  | "kept"
  | "number_under_way"
  | "restored"
  | "time_uncertain"
  | "limit_reached"
  | "number_blocked"
  | "calls_stopped";

/** The codes of the backend's refusals; docs/http-api.md explains each. */
export type ErrorCode =
  | "invalid_request"
  | "malformed_json"
  | "unsupported_media_type"
  | "too_large"
  | "method_not_allowed"
  | "not_found"
  | "tenant_unknown"
  | "target_unknown"
  | "origin_not_allowed"
  | "session_required"
  | "csrf_failed"
  | "identity_required"
  | "identity_invalid"
  | "identity_expired"
  | "identity_other_tenant"
  | "identity_used"
  | "sealed_number_invalid"
  | "sealed_number_expired"
  | "sealed_number_other_tenant"
  | "sealed_number_used"
  | "phone_invalid"
  | "number_not_allowed"
  | "consent_required"
  | "closed"
  | "quiet_hours"
  | "proof_required"
  | "proof_invalid"
  | "rate_limited"
  | "idempotency_conflict"
  | "too_late"
  | "overloaded"
  | "unavailable"
  | "internal";

/** A call as shown to its own session. It never holds a telephone number. */
export interface Call {
  id: string;
  status: CallStatus;
  target: string;
  /** The page's own name for what the call is about. */
  reference?: string | undefined;
  /** ISO 8601 in UTC, as all times here. */
  createdAt: string;
  updatedAt: string;
  /** Time of a call for later; absent for an immediate one. */
  scheduledFor?: string | undefined;
  reason?: CallReason | undefined;
}
