import { z } from "zod";

interface ErrorEntry {
  /** HTTP status of the answer. */
  status: number;
  /**
   * Who has to act on the code: the visitor, or the developer of the site. Each code for visitors has its own text in
   * each language of the element. All codes for developers share one text, so a new code for developers needs no text.
   */
  audience: "visitor" | "developer";
  /** Member `title` of the answer. */
  title: string;
  /** What the code means and what to do about it, in Markdown. `docs/http-api.md` is generated from it. */
  meaning: string;
}

/** Every error code with which the BFF refuses a request. Codes are stable, because clients switch on them. */
export const ERRORS = {
  invalid_request: {
    status: 422,
    audience: "developer",
    title: "The request does not have the documented form",
    meaning:
      "The body does not have the documented form, has a member we do not know, or a header is missing or there twice; see `at`.",
  },
  malformed_json: {
    status: 400,
    audience: "developer",
    title: "The body is not JSON",
    meaning: "The body is not JSON.",
  },
  unsupported_media_type: {
    status: 415,
    audience: "developer",
    title: "Only JSON is read",
    meaning: "Send `Content-Type: application/json`, uncompressed UTF-8.",
  },
  too_large: {
    status: 413,
    audience: "developer",
    title: "The body is too large",
    meaning: "Send at most 4 kB.",
  },
  method_not_allowed: {
    status: 405,
    audience: "developer",
    title: "The path has no such method",
    meaning: "The header `Allow` lists the methods of the path.",
  },
  not_found: {
    status: 404,
    audience: "visitor",
    title: "There is nothing here",
    meaning: "No such path, or no such call in this session.",
  },
  tenant_unknown: {
    status: 404,
    audience: "developer",
    title: "Unknown tenant",
    meaning: "The installation has no tenant of this id.",
  },
  target_unknown: {
    status: 404,
    audience: "developer",
    title: "Unknown target",
    meaning: "The tenant has no target of this id, or the user's token does not name it among its `targets`.",
  },
  origin_not_allowed: {
    status: 403,
    audience: "developer",
    title: "Not from this page",
    meaning:
      "The page's origin is not among the tenant's `origins`, or the browser reached the backend elsewhere than at `PUBLIC_URL`.",
  },
  session_required: {
    status: 401,
    audience: "visitor",
    title: "No session",
    meaning:
      "Open a session first: `POST /session`. Sessions end after 30 minutes without a request, and after 12 hours.",
  },
  csrf_failed: {
    status: 403,
    audience: "visitor",
    title: "The CSRF token is missing or wrong",
    meaning:
      "Send the session's `csrfToken` in the header `X-CSRF-Token`. With a bearer there is no need to.",
  },
  identity_required: {
    status: 401,
    audience: "visitor",
    title: "Only for users the site vouches for",
    meaning:
      "The tenant has calls made only for users its site vouches for: send an identity token as `token` to `POST /session`.",
  },
  identity_invalid: {
    status: 401,
    audience: "visitor",
    title: "The identity token does not hold",
    meaning: "Not a token this tenant's site has signed, or a claim is missing or wrong.",
  },
  identity_expired: {
    status: 401,
    audience: "visitor",
    title: "The identity token is too old",
    meaning: "The token's `exp` is past: have the site make another.",
  },
  identity_other_tenant: {
    status: 401,
    audience: "visitor",
    title: "The identity token is for another tenant",
    meaning: "The token's `aud` is not the tenant of the request.",
  },
  identity_used: {
    status: 401,
    audience: "visitor",
    title: "The identity token was used before",
    meaning: "A token opens one session: have the site make another.",
  },
  sealed_number_invalid: {
    status: 422,
    audience: "visitor",
    title: "The sealed number cannot be opened",
    meaning: "Not sealed with this tenant's key, or not for this target.",
  },
  sealed_number_expired: {
    status: 422,
    audience: "visitor",
    title: "The sealed number is too old",
    meaning: "Its `exp` is past: have the site seal the number again.",
  },
  sealed_number_other_tenant: {
    status: 422,
    audience: "visitor",
    title: "The sealed number is for another tenant",
    meaning: "Its `aud` is not the tenant of the session.",
  },
  sealed_number_used: {
    status: 422,
    audience: "visitor",
    title: "The sealed number was used as often as it may be",
    meaning: "It has been used for as many calls as it allows.",
  },
  phone_invalid: {
    status: 422,
    audience: "visitor",
    title: "Not a telephone number",
    meaning: "Not a complete telephone number.",
  },
  number_not_allowed: {
    status: 403,
    audience: "visitor",
    title: "Calls to this number are not made",
    meaning: "A telephone number, but not one the tenant has calls made to.",
  },
  consent_required: {
    status: 422,
    audience: "visitor",
    title: "Consent is missing",
    meaning: "The tenant asks for consent: send `consent: true` once the visitor has ticked the box.",
  },
  closed: {
    status: 422,
    audience: "visitor",
    title: "No calls at this time",
    meaning:
      "The target is closed at the time the call would be made. The answer's `opensAt` says when it opens next: choose a time in the `hours` that `POST /session` tells, and send it as `at`. [hours.md](hours.md)",
  },
  quiet_hours: {
    status: 422,
    audience: "visitor",
    title: "It is night where the visitor is",
    meaning: "The time in `at` is at night in the visitor's `timeZone`, as sent. Choose another time.",
  },
  proof_required: {
    status: 403,
    audience: "visitor",
    title: "Proof of work is missing",
    meaning:
      "Get a challenge from `GET /proof`, solve it and send the solution as `proof`. [Proof of work](proof-of-work.md) says when one is required.",
  },
  proof_invalid: {
    status: 403,
    audience: "visitor",
    title: "The proof of work does not hold",
    meaning: "The proof is wrong, too old, used before, or of another session: solve another challenge.",
  },
  rate_limited: {
    status: 429,
    audience: "visitor",
    title: "Too many requests",
    meaning:
      "Too many requests: try again after `retryAfter` seconds, also in the header `Retry-After`. Nothing was stored, but a session may be banned by it. No address is. The limits: [limits.md](limits.md).",
  },
  idempotency_conflict: {
    status: 422,
    audience: "visitor",
    title: "The idempotency key stands for another request",
    meaning: "The key was used for another request: make a new one.",
  },
  too_late: {
    status: 409,
    audience: "visitor",
    title: "The call can no longer be cancelled",
    meaning: "The call has been sent to UIS, or is over: it can no longer be cancelled.",
  },
  overloaded: {
    status: 503,
    audience: "visitor",
    title: "Too much at once",
    meaning:
      "More than can be done in time. `Retry-After` says when to try again; what only reads is still answered.",
  },
  unavailable: {
    status: 503,
    audience: "visitor",
    title: "Out of service for the moment",
    meaning:
      "Sessions or calls cannot be stored at the moment, or the request came without TLS. Nothing was accepted; try again.",
  },
  internal: {
    status: 500,
    audience: "visitor",
    title: "Something broke on our side",
    meaning: "A defect of ours. It has been logged.",
  },
} as const satisfies Record<string, ErrorEntry>;

export type ErrorCode = keyof typeof ERRORS;

/** The codes on which the visitor has to act. */
export type VisitorErrorCode = {
  [Code in ErrorCode]: (typeof ERRORS)[Code]["audience"] extends "visitor" ? Code : never;
}[ErrorCode];

/** All error codes, in the order of {@link ERRORS}. */
export const ERROR_CODES = Object.keys(ERRORS) as ErrorCode[];

/** A refusal as `application/problem+json` (RFC 9457). `detail` tells the developer what to do. */
export const Problem = z.object({
  type: z.string(),
  title: z.string(),
  status: z.int(),
  code: z.enum(ERROR_CODES),
  detail: z.string().optional(),
  /** Path of the wrong member in the request's body, e.g. `phone`. */
  at: z.string().optional(),
  /** With `rate_limited`: seconds until the client may repeat the request, as in the header `Retry-After`. */
  retryAfter: z.int().optional(),
  /** With `closed`: the next opening time, if the target opens within a year. */
  opensAt: z.iso.datetime().optional(),
});

export type Problem = z.infer<typeof Problem>;
