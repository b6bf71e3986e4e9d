/**
 * What of the contract is seen through the element. In words of its own: the published types would otherwise need the
 * package of the schemas, and zod with it. `contract.test.ts` holds both to be the same.
 */

/** Where a call is on its way; the last five are the end of it. */
export type CallStatus =
  "accepted" | "scheduled" | "waiting" | "dialing" | "placed" | "failed" | "unknown" | "held" | "cancelled";

/** Why a call has the status it has. */
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
  /** What the call is about, in the page's own words. */
  reference?: string | undefined;
  /** ISO 8601, UTC, as all times. */
  createdAt: string;
  updatedAt: string;
  /** When it is to be called, if not at once. */
  scheduledFor?: string | undefined;
  reason?: CallReason | undefined;
}
