import { ERROR_STATUS, type ErrorCode, type Problem } from "@uis-call/shared";
import type { ErrorRequestHandler, RequestHandler } from "express";
import type { Logger } from "../log.js";
import { Refusal } from "../refusal.js";
import { SessionStoreError } from "../session/session-store.js";
import { StoreError } from "../store/store-error.js";

const TITLES: Record<ErrorCode, string> = {
  invalid_request: "The request does not have the documented form",
  malformed_json: "The body is not JSON",
  unsupported_media_type: "Only JSON is read",
  too_large: "The body is too large",
  method_not_allowed: "The path has no such method",
  not_found: "There is nothing here",
  tenant_unknown: "Unknown tenant",
  target_unknown: "Unknown target",
  origin_not_allowed: "Not from this page",
  session_required: "No session",
  csrf_failed: "The CSRF token is missing or wrong",
  identity_required: "Only for users the site vouches for",
  identity_invalid: "The identity token does not hold",
  identity_expired: "The identity token is too old",
  identity_other_tenant: "The identity token is for another tenant",
  identity_used: "The identity token was used before",
  sealed_number_invalid: "The sealed number cannot be opened",
  sealed_number_expired: "The sealed number is too old",
  sealed_number_other_tenant: "The sealed number is for another tenant",
  sealed_number_used: "The sealed number was used as often as it may be",
  phone_invalid: "Not a telephone number",
  number_not_allowed: "Calls to this number are not made",
  consent_required: "Consent is missing",
  closed: "No calls at this time",
  quiet_hours: "It is night where the visitor is",
  proof_required: "Proof of work is missing",
  proof_invalid: "The proof of work does not hold",
  rate_limited: "Too many requests",
  idempotency_conflict: "The idempotency key stands for another request",
  too_late: "The call can no longer be cancelled",
  overloaded: "Too much at once",
  unavailable: "Out of service for the moment",
  internal: "Something broke on our side",
};

/** Seconds. */
const RETRY_AFTER = "5";

export const notFound: RequestHandler = () => {
  throw new Refusal("not_found", "the path is not one of ours");
};

/** The one place where errors become answers: `application/problem+json` (RFC 9457), never a stack. */
export function problemHandler(log: Logger): ErrorRequestHandler {
  return (error: unknown, _request, response, next) => {
    const refusal = asRefusal(error);
    if (refusal.status >= 500) log.error({ err: error, code: refusal.code }, "request failed");
    if (response.headersSent) {
      next(error);
      return;
    }
    const problem: Problem = {
      type: "about:blank",
      title: TITLES[refusal.code],
      status: ERROR_STATUS[refusal.code],
      code: refusal.code,
      detail: refusal.message,
      ...(refusal.at !== undefined && { at: refusal.at }),
      ...(refusal.retryAfter !== undefined && { retryAfter: refusal.retryAfter }),
      ...(refusal.opensAt !== undefined && { opensAt: refusal.opensAt.toISOString() }),
    };
    response.locals["code"] = refusal.code;
    if (refusal.retryAfter !== undefined) response.set("Retry-After", String(refusal.retryAfter));
    else if (problem.status === 503) response.set("Retry-After", RETRY_AFTER);
    if (refusal.code === "too_large") response.set("Connection", "close");
    response.status(problem.status).type("application/problem+json").send(JSON.stringify(problem));
  };
}

function asRefusal(error: unknown): Refusal {
  if (error instanceof Refusal) return error;
  if (error instanceof StoreError) {
    return new Refusal(
      "unavailable",
      "it is not certain that anything was written down; repeat the request as it is",
      { cause: error },
    );
  }
  if (error instanceof SessionStoreError) {
    return new Refusal("unavailable", "sessions are away; try again", { cause: error });
  }
  const type = (error as { type?: unknown } | null)?.type;
  if (type === "entity.too.large") return new Refusal("too_large", "send at most 4 kB");
  if (type === "encoding.unsupported" || type === "charset.unsupported") {
    return new Refusal("unsupported_media_type", "send UTF-8, not compressed");
  }
  if (typeof type === "string" && /^(entity|request)\./.test(type)) {
    return new Refusal("malformed_json", "the body could not be read as JSON");
  }
  // express: a path that cannot be decoded.
  if (error instanceof URIError) return new Refusal("not_found", "the path is not one of ours");
  return new Refusal("internal", "it has been logged; try again later", { cause: error });
}
