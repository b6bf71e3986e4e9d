import type { RequestHandler } from "express";
import { Refusal } from "../refusal.js";

/**
 * Requires TLS where browsers use https. Does not redirect: secrets would already have travelled in the open. Express
 * would also silently drop the `Secure` cookie.
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

/**
 * Headers that decisions depend on. When they are repeated, Node takes the first of some and joins others; a proxy
 * may do otherwise.
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

/** Refuses requests with an ambiguous header. */
export const requireSingleHeaders: RequestHandler = (request, _response, next) => {
  const twice = repeatedIn(request.rawHeaders);
  if (twice !== undefined) throw new Refusal("invalid_request", "send the header once", { at: twice });
  // Node accepts any Host; code that parses the request's URL would throw.
  if (!URL.canParse(`http://${request.get("host") ?? "none"}`))
    throw new Refusal("invalid_request", "name a host", { at: "host" });
  next();
};

/**
 * Finds a header of {@link ONCE} that is repeated.
 *
 * @param headers names and values in turn, as received
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
