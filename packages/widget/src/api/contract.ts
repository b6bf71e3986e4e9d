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

/** Ways the backend refuses a request about which the visitor can do something; each has a text of its own. */
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
 * Every way the backend refuses a request: docs/http-api.md says what each means. Those that only a developer can mend
 * are not listed here: a newer backend may know more of them, and they share one text.
 */
export type ErrorCode = VisitorErrorCode | (string & Record<never, never>);

/** The call as its own session sees it. It never holds a number. */
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
  /** Present where the tenant has a receiver of leads: a person hears of the call if it fails. */
  receiver?: true | undefined;
}
