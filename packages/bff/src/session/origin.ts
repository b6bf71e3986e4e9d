import cors from "cors";
import type { Request, RequestHandler } from "express";
import type { Tenant } from "../config/configuration.js";
import type { Logger } from "../log.js";
import { Refusal } from "../refusal.js";
import { backendOf } from "./session-backend.js";
import { siteRelationOf } from "./site-relation.js";
import { RefusedOrigins } from "./refused-origins.js";

/**
 * Sets CORS headers for the origins of all tenants. {@link requireOrigin} decides later, when the tenant is known,
 * whether an origin may use that tenant. Pages of other origins get no CORS header and are refused. Their browsers
 * mostly do not even send the request, so the log tells the operator why.
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
    // The answer varies by Origin even when it has no CORS header.
    response.vary("Origin");
    const origin = request.get("origin");
    if (origin === undefined || origins.has(origin)) {
      next();
      return;
    }
    refused.unlisted(origin);
    // A preflight goes on: the route answers it like any other OPTIONS, without CORS headers.
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

/** Name of the response local that holds the {@link RefusedOrigins}. */
const REFUSED = "refusedOrigins";

/**
 * Requires that a state-changing request comes from a page of the tenant: `Origin` must equal one of the tenant's
 * origins exactly. For a cookie session, `Sec-Fetch-Site`, if sent, must also say that the page is on the backend's
 * site.
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

const notAllowed = (): Refusal =>
  new Refusal("origin_not_allowed", "the page's origin is not among the tenant's origins");

/** Like {@link requireOrigin}, for reads, which a same-origin page sends without `Origin`. */
export function requireOriginIfSent(request: Request, tenant: Tenant): void {
  if (request.get("origin") !== undefined) requireOrigin(request, tenant);
}
