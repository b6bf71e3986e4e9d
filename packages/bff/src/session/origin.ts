import cors from "cors";
import type { Request, RequestHandler } from "express";
import type { Tenant } from "../config/configuration.js";
import type { Logger } from "../log.js";
import { Refusal } from "../refusal.js";
import { siteRelationOf } from "./site-relation.js";
import { RefusedOrigins } from "./refused-origins.js";

/**
 * Lets pages of every tenant's origins read our answers. Which tenant an origin may speak to is decided by
 * {@link requireOrigin}, once the tenant is known; anybody else's page gets no CORS header at all, and is refused. Its
 * browser mostly never sends what it wanted to, so the log has to say why nothing comes.
 *
 * @param methods those of routes that pages ask
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
    // So is an answer without any CORS header.
    response.vary("Origin");
    const origin = request.get("origin");
    if (origin === undefined || origins.has(origin)) {
      next();
      return;
    }
    refused.unlisted(origin);
    // The path answers a preflight as any other OPTIONS.
    if (request.method !== "OPTIONS") throw notAllowed();
    next();
  };
  const answer = cors<Request>((request, decide) => {
    const origin = request.get("origin") ?? "";
    const bearer = siteRelationOf(request) === "cross-site";
    decide(null, {
      origin: origins.has(origin) ? origin : false,
      // Another site's page has no business with cookies here.
      credentials: !bearer,
      methods: [...methods],
      allowedHeaders: [
        "Content-Type",
        "X-CSRF-Token",
        "Idempotency-Key",
        ...(bearer ? ["Authorization"] : []),
      ],
      exposedHeaders: ["Idempotency-Replayed", "Location", "Retry-After"],
      maxAge: 600,
    });
  });
  return [watch, answer];
}

/** Where the response's locals have the {@link RefusedOrigins}. */
const REFUSED = "refusedOrigins";

/**
 * Requires a state-changing request to come from a page of the tenant: `Origin` equal to one it lists, to the letter.
 * Where a cookie speaks for the visitor the browser's own word, if it gives it, must be that the page is of our site.
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
  if (siteRelationOf(request) === "cross-site") return;
  const site = request.get("sec-fetch-site");
  if (site !== undefined && site !== "same-origin" && site !== "same-site") {
    refused?.otherSite(origin, tenant.id);
    throw new Refusal(
      "origin_not_allowed",
      "the browser reached the backend at another site than PUBLIC_URL names, where the session cookie does not go",
    );
  }
}

const notAllowed = (): Refusal =>
  new Refusal("origin_not_allowed", "the page's origin is not among the tenant's origins");

/** As {@link requireOrigin} for a read, which a same-origin page makes without an `Origin`. */
export function requireOriginIfSent(request: Request, tenant: Tenant): void {
  if (request.get("origin") !== undefined) requireOrigin(request, tenant);
}
