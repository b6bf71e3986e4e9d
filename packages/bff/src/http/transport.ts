import type { RequestHandler } from "express";
import { Refusal } from "../refusal.js";

/**
 * Where browsers are to come by https, nothing else is looked at: no redirect, which would come after the secrets. A
 * `Secure` cookie would also be left out of the answer without a word.
 */
export const requireTls =
  (secure: boolean): RequestHandler =>
  (request, _response, next) => {
    if (secure && !request.secure) {
      throw new Refusal("unavailable", "arrived without TLS: TRUST_PROXY does not name the proxy in front");
    }
    next();
  };

/** Headers that decide something. Node takes the first of some and joins others; a proxy may do otherwise. */
const ONCE: ReadonlySet<string> = new Set([
  "authorization",
  "content-type",
  "host",
  "idempotency-key",
  "origin",
  "sec-fetch-site",
  "x-csrf-token",
]);

/** Refuses what would have to be guessed at. */
export const requireSingleHeaders: RequestHandler = (request, _response, next) => {
  const twice = repeatedIn(request.rawHeaders);
  if (twice !== undefined) throw new Refusal("invalid_request", "send the header once", { at: twice });
  // Node takes anything, and what reads the request's address would fall over it.
  if (!URL.canParse(`http://${request.get("host") ?? "none"}`))
    throw new Refusal("invalid_request", "name a host", { at: "host" });
  next();
};

/** @param headers names and values in turn, as they came */
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
