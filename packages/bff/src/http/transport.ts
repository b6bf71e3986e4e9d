import type { RequestHandler } from "express";
import { Refusal } from "../refusal.js";

/**
 * Requires TLS if browsers reach the backend by https. Does not redirect http requests to https, because their
 * secrets would already have been sent unencrypted. Without TLS, express-session would also leave out the
 * `Secure` cookie without an error.
 */
export const requireTls =
  (secure: boolean): RequestHandler =>
  (request, _response, next) => {
    if (secure && !request.secure) {
      throw new Refusal(
        "unavailable",
        "the request came without TLS, or TRUST_PROXY does not name the proxy in front",
      );
    }
    next();
  };

/** Writes `X-Forwarded-Proto` in lower case, because some proxies send `HTTPS` and Express compares the letters. */
export const lowerCaseProto: RequestHandler = (request, _response, next) => {
  const proto = request.headers["x-forwarded-proto"];
  if (typeof proto === "string") request.headers["x-forwarded-proto"] = proto.toLowerCase();
  next();
};

/**
 * Headers on which decisions depend. If such a header is repeated, Node uses the first value or joins the
 * values, depending on the header. A proxy in front may use a different one.
 */
const ONCE: ReadonlySet<string> = new Set([
  "authorization",
  "content-type",
  "host",
  "idempotency-key",
  "origin",
  "sec-fetch-site",
  "x-csrf-token",
]);

/** Refuses requests in which one of these headers is ambiguous. */
export const requireSingleHeaders: RequestHandler = (request, _response, next) => {
  const twice = repeatedIn(request.rawHeaders);
  if (twice !== undefined) throw new Refusal("invalid_request", "send the header once", { at: twice });
  // Checks `Host`, because Node accepts any value and code that parses the URL of the request would throw.
  if (!URL.canParse(`http://${request.get("host") ?? "none"}`))
    throw new Refusal("invalid_request", "name a host", { at: "host" });
  next();
};

/**
 * Finds a header of {@link ONCE} that is repeated.
 *
 * @param headers names and values in turn, as they were received
 */
function repeatedIn(headers: readonly string[]): string | undefined {
  const seen = new Set<string>();
  for (let index = 0; index < headers.length; index += 2) {
    const name = (headers[index] ?? "").toLowerCase();
    if (!ONCE.has(name)) continue;
    if (seen.has(name)) return name;
    seen.add(name);
  }
  return undefined;
}
