import type { RequestHandler } from "express";
import type { Logger } from "../log.js";
import { isReadable } from "../policy/networks.js";
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

/** Matches an address with a port, brackets or quotes: `203.0.113.7:4711`, `[2001:db8::1]:443`. */
const DECORATED = /^"?(?:(?<v4>\d+\.\d+\.\d+\.\d+):\d+|\[(?<v6>[^\]]*)\](?::\d+)?|(?<plain>[^"]*))"?$/;

/**
 * Rewrites what proxies report in the way that Express reads it. Express compares the letters of
 * `X-Forwarded-Proto`, and some proxies send `HTTPS`. Some proxies add the port to the addresses in
 * `X-Forwarded-For`; Express would not recognize a trusted proxy by such an address.
 */
export const plainProxyHeaders: RequestHandler = ({ headers }, _response, next) => {
  const { "x-forwarded-proto": proto, "x-forwarded-for": chain } = headers;
  if (typeof proto === "string") headers["x-forwarded-proto"] = proto.toLowerCase();
  if (typeof chain === "string")
    headers["x-forwarded-for"] = chain
      .split(",")
      .map((address) => address.trim().replace(DECORATED, "$<v4>$<v6>$<plain>"))
      .join(", ");
  next();
};

/**
 * Warns once if the address of a client cannot be read, because limits by address then do not apply. Usually
 * `TRUST_PROXY` does not fit the proxies in front.
 */
export function warnOfUnreadableAddress(log: Logger): RequestHandler {
  let warned = false;
  return (request, _response, next) => {
    if (!warned && !isReadable(request.ip)) {
      warned = true;
      log.warn(
        "the address of a visitor cannot be read and is not counted: check the X-Forwarded-For header of the proxy in front, and TRUST_PROXY",
      );
    }
    next();
  };
}

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
