import { z } from "zod";

/**
 * The codes of the BFF's refusals. They are stable: callers switch on them. The widget has a text for each, and
 * `docs/http-api.md` a heading.
 */
export const ERROR_CODES = [
  "invalid_request",
  "malformed_json",
  "unsupported_media_type",
  "too_large",
  "method_not_allowed",
  "not_found",
  "tenant_unknown",
  "target_unknown",
  "origin_not_allowed",
  "session_required",
  "csrf_failed",
  "identity_required",
  "identity_invalid",
  "identity_expired",
  "identity_other_tenant",
  "identity_used",
  "sealed_number_invalid",
  "sealed_number_expired",
  "sealed_number_other_tenant",
  "sealed_number_used",
  "phone_invalid",
  "number_not_allowed",
  "consent_required",
  "closed",
  "quiet_hours",
  "proof_required",
  "proof_invalid",
  "rate_limited",
  "idempotency_conflict",
  "too_late",
  "overloaded",
  "unavailable",
  "internal",
] as const;

export type ErrorCode = (typeof ERROR_CODES)[number];

/** The HTTP status of each code. */
export const ERROR_STATUS = {
  invalid_request: 422,
  malformed_json: 400,
  unsupported_media_type: 415,
  too_large: 413,
  method_not_allowed: 405,
  not_found: 404,
  tenant_unknown: 404,
  target_unknown: 404,
  origin_not_allowed: 403,
  session_required: 401,
  csrf_failed: 403,
  identity_required: 401,
  identity_invalid: 401,
  identity_expired: 401,
  identity_other_tenant: 401,
  identity_used: 401,
  sealed_number_invalid: 422,
  sealed_number_expired: 422,
  sealed_number_other_tenant: 422,
  sealed_number_used: 422,
  phone_invalid: 422,
  number_not_allowed: 403,
  consent_required: 422,
  closed: 422,
  quiet_hours: 422,
  proof_required: 403,
  proof_invalid: 403,
  rate_limited: 429,
  idempotency_conflict: 422,
  too_late: 409,
  overloaded: 503,
  unavailable: 503,
  internal: 500,
} as const satisfies Record<ErrorCode, number>;

/** A refusal as `application/problem+json` (RFC 9457). `detail` tells the developer what to do. */
export const Problem = z.object({
  type: z.string(),
  title: z.string(),
  status: z.int(),
  code: z.enum(ERROR_CODES),
  detail: z.string().optional(),
  /** Path of the wrong member in the request's body, e.g. `phone`. */
  at: z.string().optional(),
  /** With `rate_limited`: seconds until a repeat is allowed, as in the header `Retry-After`. */
  retryAfter: z.int().optional(),
  /** With `closed`: the next opening time, if within a year. */
  opensAt: z.iso.datetime().optional(),
});

export type Problem = z.infer<typeof Problem>;
