/**
 * Types of the HTTP API that are also part of the element's own API. They are written by hand, because types derived
 * from the HTTP API's schemas would make the published package depend on zod. `contract.test.ts` checks that these
 * types are equal to those of the schemas.
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

/** Error codes of the backend for which the panel has a message of its own. */
export type VisitorErrorCode =
  | "not_found"
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

/**
 * All error codes of the backend. docs/http-api.md explains each of them. Problems that only a developer can solve have
 * other codes than those above, and the panel shows the same message for all of them. The type allows any string as
 * such a code, because a newer backend may add codes.
 */
export type ErrorCode = VisitorErrorCode | (string & Record<never, never>);

/** A call as the backend shows it to the session that requested it. It never contains a telephone number. */
export interface Call {
  id: string;
  status: CallStatus;
  target: string;
  /** The page's own identifier of the call's subject, for example the id of a deal. */
  reference?: string | undefined;
  /** Time in ISO 8601 format and in UTC, like all times in this object. */
  createdAt: string;
  updatedAt: string;
  /** Time of a scheduled call. Absent for an immediate call. */
  scheduledFor?: string | undefined;
  reason?: CallReason | undefined;
  /** Present if the tenant has a webhook. The backend reports failed calls to it, so that a person can call back. */
  receiver?: true | undefined;
}
