import { z } from "zod";

interface ErrorEntry {
  /** HTTP status of the response. */
  status: number;
  /**
   * Who has to act on the error: the visitor, or the developer of the site. Each code for visitors has its own text in
   * each language of the element. All codes for developers share one text, so a new code for developers needs no new
   * text.
   */
  audience: "visitor" | "developer";
  /** Property `title` of the JSON body of the response. */
  title: string;
  /**
   * What the code means and what the reader should do, in Markdown. `docs/http-api.md` is generated from these texts.
   */
  meaning: string;
}

/**
 * All error codes with which the BFF refuses a request. A code never changes its meaning, because clients decide by it.
 */
export const ERRORS = {
  invalid_request: {
    status: 422,
    audience: "developer",
    title: "The request does not have the documented form",
    meaning:
      "The body does not have the documented form or has an unknown member, or a header is missing or is sent twice. `at` names the member or the header.",
  },
  malformed_json: {
    status: 400,
    audience: "developer",
    title: "The body is not JSON",
    meaning: "The body could not be parsed as JSON.",
  },
  unsupported_media_type: {
    status: 415,
    audience: "developer",
    title: "Only JSON is read",
    meaning: "Send the body as uncompressed JSON in UTF-8, with the header `Content-Type: application/json`.",
  },
  too_large: {
    status: 413,
    audience: "developer",
    title: "The body is too large",
    meaning: "The body is longer than 4 kB. Send a shorter one.",
  },
  method_not_allowed: {
    status: 405,
    audience: "developer",
    title: "The path has no such method",
    meaning:
      "The path does not accept the method of the request. The header `Allow` lists the methods that it accepts.",
  },
  not_found: {
    status: 404,
    audience: "visitor",
    title: "There is nothing here",
    meaning: "The path does not exist, or this session has no such call.",
  },
  target_unknown: {
    status: 404,
    audience: "developer",
    title: "Unknown target",
    meaning: "The tenant has no target with this id, or the `targets` of the user's token do not include it.",
  },
  origin_not_allowed: {
    status: 403,
    audience: "developer",
    title: "Not from this page",
    meaning:
      "No tenant with this id lists the page's origin in its `origins`, or the browser called the backend on another site than that of `PUBLIC_URL`. The backend's log names the cause.",
  },
  session_required: {
    status: 401,
    audience: "visitor",
    title: "No session",
    meaning:
      "The request has no session. Open one with `POST /session`. A session ends after 30 minutes without a request, and after 12 hours at the latest.",
  },
  csrf_failed: {
    status: 403,
    audience: "visitor",
    title: "The CSRF token is missing or wrong",
    meaning:
      "Send the session's `csrfToken` in the header `X-CSRF-Token`. A request with a bearer token does not need it.",
  },
  identity_required: {
    status: 401,
    audience: "visitor",
    title: "Only for users the site vouches for",
    meaning:
      "The tenant accepts call requests only from users that its site has identified. Send an identity token as `token` to `POST /session`.",
  },
  identity_invalid: {
    status: 401,
    audience: "visitor",
    title: "The identity token does not hold",
    meaning: "The token was not signed by this tenant's site, or one of its claims is missing or wrong.",
  },
  identity_expired: {
    status: 401,
    audience: "visitor",
    title: "The identity token is too old",
    meaning: "The `exp` of the token has passed. The site must make a new token.",
  },
  identity_other_tenant: {
    status: 401,
    audience: "visitor",
    title: "The identity token is for another tenant",
    meaning: "The `aud` of the token is not the tenant of the request.",
  },
  identity_used: {
    status: 401,
    audience: "visitor",
    title: "The identity token was used before",
    meaning: "A token opens only one session. The site must make a new token.",
  },
  sealed_number_invalid: {
    status: 422,
    audience: "visitor",
    title: "The sealed number cannot be opened",
    meaning: "The number was not sealed with this tenant's key, or it was sealed for another target.",
  },
  sealed_number_expired: {
    status: 422,
    audience: "visitor",
    title: "The sealed number is too old",
    meaning: "The `exp` of the sealed number has passed. The site must seal the number again.",
  },
  sealed_number_other_tenant: {
    status: 422,
    audience: "visitor",
    title: "The sealed number is for another tenant",
    meaning: "The `aud` of the sealed number is not the tenant of the session.",
  },
  sealed_number_used: {
    status: 422,
    audience: "visitor",
    title: "The sealed number was used as often as it may be",
    meaning:
      "The sealed number has been used for as many calls as it allows. The site must seal the number again.",
  },
  phone_invalid: {
    status: 422,
    audience: "visitor",
    title: "Not a telephone number",
    meaning: "The member that `at` names contains no complete and valid telephone number.",
  },
  number_not_allowed: {
    status: 403,
    audience: "visitor",
    title: "Calls to this number are not made",
    meaning: "The telephone number is valid, but the tenant does not call such numbers.",
  },
  consent_required: {
    status: 422,
    audience: "visitor",
    title: "Consent is missing",
    meaning:
      "The tenant requires the visitor's consent. Send `consent: true` after the visitor has ticked the box.",
  },
  closed: {
    status: 422,
    audience: "visitor",
    title: "No calls at this time",
    meaning:
      "The target is closed at the time of the call. `opensAt` in the answer is the time at which it opens next. Choose a time within the `hours` that `POST /session` returns, and send it as `at`; see [hours.md](hours.md).",
  },
  quiet_hours: {
    status: 422,
    audience: "visitor",
    title: "It is night at the time of the call",
    meaning:
      "The time in `at` is within the tenant's quiet hours; see [hours.md](hours.md#quiet-hours). Choose another time.",
  },
  proof_required: {
    status: 403,
    audience: "visitor",
    title: "Proof of work is missing",
    meaning:
      "Get a challenge from `GET /proof`, solve it and send the solution as `proof`. [Proof of work](proof-of-work.md) describes when a proof is required.",
  },
  proof_invalid: {
    status: 403,
    audience: "visitor",
    title: "The proof of work does not hold",
    meaning:
      "The proof is wrong or too old, was used before, or belongs to another session. Solve a new challenge.",
  },
  rate_limited: {
    status: 429,
    audience: "visitor",
    title: "Too many requests",
    meaning:
      "A limit on requests is reached. Try again after `retryAfter` seconds, which the header `Retry-After` contains, too. The call was not stored. The request may have caused a ban of its session, but never of its IP address. [limits.md](limits.md) describes the limits.",
  },
  idempotency_conflict: {
    status: 422,
    audience: "visitor",
    title: "The idempotency key stands for another request",
    meaning: "The idempotency key was used for another request. Make a new key.",
  },
  too_late: {
    status: 409,
    audience: "visitor",
    title: "The call can no longer be cancelled",
    meaning: "The call has been sent to UIS or is over, so it can no longer be cancelled.",
  },
  overloaded: {
    status: 503,
    audience: "visitor",
    title: "Too much at once",
    meaning:
      "The backend has more work than it can finish in time. Try again after the seconds in the header `Retry-After`. Requests that only read are still answered.",
  },
  unavailable: {
    status: 503,
    audience: "visitor",
    title: "Out of service for the moment",
    meaning:
      "Sessions or calls cannot be stored at the moment, or the request came without TLS. It is not certain that the request was stored. Repeat it unchanged.",
  },
  internal: {
    status: 500,
    audience: "visitor",
    title: "Something broke on our side",
    meaning: "The backend has a defect. The error has been logged.",
  },
} as const satisfies Record<string, ErrorEntry>;

export type ErrorCode = keyof typeof ERRORS;

/** The codes of errors on which the visitor has to act. */
export type VisitorErrorCode = {
  [Code in ErrorCode]: (typeof ERRORS)[Code]["audience"] extends "visitor" ? Code : never;
}[ErrorCode];

/** All error codes, in the order of {@link ERRORS}. */
export const ERROR_CODES = Object.keys(ERRORS) as ErrorCode[];

/** The JSON body of a refusal, as `application/problem+json` (RFC 9457). `detail` tells the developer what to do. */
export const Problem = z.object({
  type: z.string(),
  title: z.string(),
  status: z.int(),
  code: z.enum(ERROR_CODES),
  detail: z.string().optional(),
  /** Path of the wrong property in the JSON body of the request, for example `phone`. */
  at: z.string().optional(),
  /**
   * Only with `rate_limited`: the number of seconds after which the client may repeat the request. The header
   * `Retry-After` has the same value.
   */
  retryAfter: z.int().optional(),
  /** Only with `closed`: the time at which the target opens next. Absent if it does not open within a year. */
  opensAt: z.iso.datetime().optional(),
});

export type Problem = z.infer<typeof Problem>;
