import { ERRORS, type Problem } from "@uis-call/shared";
import type { ErrorRequestHandler, RequestHandler } from "express";
import type { Logger } from "../log.js";
import { Refusal } from "../refusal.js";
import { SessionStoreError } from "../session/session-store.js";
import { StoreError } from "../store/store-error.js";

/** Default value of `Retry-After` in seconds. */
const RETRY_AFTER = "5";

/** Refuses every request with 404. */
export const notFound: RequestHandler = () => {
  throw new Refusal("not_found", "there is no such path");
};

/** Answers every error with `application/problem+json` (RFC 9457), without the stack of the error. */
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
      title: ERRORS[refusal.code].title,
      status: refusal.status,
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
    return new Refusal("unavailable", "it is not certain that the request was stored; repeat it unchanged", {
      cause: error,
    });
  }
  if (error instanceof SessionStoreError) {
    return new Refusal("unavailable", "the session store is unavailable; try again", { cause: error });
  }
  const type = (error as { type?: unknown } | null)?.type;
  if (type === "entity.too.large") return new Refusal("too_large", "send at most 4 kB");
  if (type === "encoding.unsupported" || type === "charset.unsupported") {
    return new Refusal("unsupported_media_type", "send UTF-8, not compressed");
  }
  if (typeof type === "string" && /^(entity|request)\./.test(type)) {
    return new Refusal("malformed_json", "the body could not be read as JSON");
  }
  // Express throws a URIError for a path that cannot be decoded.
  if (error instanceof URIError) return new Refusal("not_found", "there is no such path");
  return new Refusal("internal", "it has been logged; try again later", { cause: error });
}
