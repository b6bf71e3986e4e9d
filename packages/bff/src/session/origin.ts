import cors from "cors";
import type { Request, RequestHandler } from "express";
import type { Tenant } from "../config/configuration.js";
import type { Logger } from "../log.js";
import { Refusal } from "../refusal.js";
import { backendOf } from "./session-backend.js";
import { siteRelationOf } from "./site-relation.js";
import { RefusedOrigins } from "./refused-origins.js";

/**
 * Returns handlers that set CORS headers for the origins of all tenants. Whether an origin may use a particular
 * tenant is decided later by {@link requireOrigin}, when the tenant is known. Pages of other origins get no
 * CORS headers and are refused. Since their browsers usually do not even send the request, the log tells the
 * operator the cause.
 *
 * @param methods methods of the routes that pages call
 */
export function corsFor(
  tenants: readonly Tenant[],
  methods: readonly string[],
  log: Logger,
): RequestHandler[] {
  const origins = new Set(tenants.flatMap((tenant) => tenant.origins));
  const refused = new RefusedOrigins(log);
  const watch: RequestHandler = (request, response, next) => {
    response.locals[REFUSED] = refused;
    // Sets `Vary` in every case: the answer depends on `Origin` even if it has no CORS header.
    response.vary("Origin");
    const origin = request.get("origin");
    if (origin === undefined || origins.has(origin)) {
      next();
      return;
    }
    refused.unlisted(origin);
    // Passes a preflight request on: the route answers it like any other OPTIONS request, without CORS headers.
    if (request.method !== "OPTIONS") throw notAllowed();
    next();
  };
  const answer = cors<Request>((request, decide) => {
    const origin = request.get("origin") ?? "";
    decide(null, {
      origin: origins.has(origin) ? origin : false,
      // Pages of other sites use a bearer token, not cookies.
      credentials: siteRelationOf(request) !== "cross-site",
      methods: [...methods],
      allowedHeaders: ["Content-Type", "X-CSRF-Token", "Idempotency-Key", "Authorization"],
      exposedHeaders: ["Idempotency-Replayed", "Location", "Retry-After"],
      maxAge: 600,
    });
  });
  return [watch, answer];
}

/** Name of the property of `response.locals` that holds the {@link RefusedOrigins}. */
const REFUSED = "refusedOrigins";

/**
 * Requires that a state-changing request comes from a page of the tenant: its `Origin` must exactly equal one
 * of the tenant's origins. If the session is identified by a cookie and the browser sends `Sec-Fetch-Site`,
 * that header must also say that the page is on the backend's site.
 *
 * @throws Refusal `origin_not_allowed`
 */
export function requireOrigin(request: Request, tenant: Tenant): void {
  const origin = request.get("origin");
  const refused = request.res?.locals[REFUSED] as RefusedOrigins | undefined;
  if (origin === undefined || !tenant.origins.includes(origin)) {
    if (origin !== undefined) refused?.unlisted(origin, tenant.id);
    throw notAllowed();
  }
  if (!backendOf(request).isAmbient(request)) return;
  const site = request.get("sec-fetch-site");
  if (site !== undefined && site !== "same-origin" && site !== "same-site") {
    refused?.otherSite(origin, tenant.id);
    throw new Refusal(
      "origin_not_allowed",
      "the browser reached the backend at another site than PUBLIC_URL's, so it sends no session cookie",
    );
  }
}

/**
 * Refuses a request for a tenant that does not exist in the same way as one whose origins lack the page's.
 * Otherwise strangers could find out which tenants there are. The log tells the operator the difference.
 *
 * @throws Refusal `origin_not_allowed`
 */
export function refuseUnknownTenant(request: Request, tenant: string): never {
  const refused = request.res?.locals[REFUSED] as RefusedOrigins | undefined;
  const origin = request.get("origin");
  if (origin !== undefined) refused?.unknownTenant(origin, tenant);
  throw notAllowed();
}

const notAllowed = (): Refusal =>
  new Refusal("origin_not_allowed", "no tenant with this id lists the page's origin in its origins");

/**
 * Like {@link requireOrigin}, but accepts a request without `Origin`. It is for requests that only read,
 * because browsers send no `Origin` when a page reads from its own origin.
 */
export function requireOriginIfSent(request: Request, tenant: Tenant): void {
  if (request.get("origin") !== undefined) requireOrigin(request, tenant);
}
