import type { Request, RequestHandler } from "express";
import { getDomain } from "tldts";

/**
 * Relation between the site of a page and the site of the backend. Browsers send a `SameSite=Strict` cookie
 * from `same-origin` and `same-site` pages. From `cross-site` pages, no cookie is sent reliably, so these pages
 * use a bearer token.
 */
export type SiteRelation = "same-origin" | "same-site" | "cross-site";

/**
 * Compares sites by the public suffix list, including its private part. Two customers of one hosting domain are
 * therefore `cross-site`.
 *
 * @param origin the `Origin` of the request; browsers omit it only if page and backend have the same origin
 */
export function siteRelationBetween(origin: string | undefined, publicUrl: URL): SiteRelation {
  if (origin === undefined || origin === publicUrl.origin) return "same-origin";
  if (!URL.canParse(origin)) return "cross-site";
  const page = new URL(origin);
  // Compares the scheme but not the port, as browsers do.
  const same = page.protocol === publicUrl.protocol && siteOf(page.hostname) === siteOf(publicUrl.hostname);
  return same ? "same-site" : "cross-site";
}

/**
 * Returns the registrable domain of a hostname. An IP address, a name without dots and a public suffix are
 * returned as they are.
 */
const siteOf = (hostname: string): string => getDomain(hostname, { allowPrivateDomains: true }) ?? hostname;

/** Maximum number of origins whose relation is cached. */
const MOST_DECIDED = 1000;

/** Name of the property of `response.locals` that holds the {@link SiteRelation}. */
const SITE_RELATION = "siteRelation";

/** Determines the site relation of each request from its `Origin` and `PUBLIC_URL`. */
export const siteRelationMiddleware = (publicUrl: URL): RequestHandler => {
  const decided = new Map<string | undefined, SiteRelation>();
  const decide = (origin: string | undefined): SiteRelation => {
    const known = decided.get(origin);
    if (known !== undefined) return known;
    // Limits the size of the cache, because any client can send any `Origin`.
    if (decided.size >= MOST_DECIDED) decided.clear();
    const relation = siteRelationBetween(origin, publicUrl);
    decided.set(origin, relation);
    return relation;
  };
  return (request, response, next) => {
    const origin = request.get("origin");
    // Detects requests for images, frames and scripts in pages of other sites, which have no `Origin`.
    const resource = origin === undefined && request.get("sec-fetch-site") === "cross-site";
    response.locals[SITE_RELATION] = resource ? "cross-site" : decide(origin);
    next();
  };
};

/** Returns the site relation of a request. Returns `cross-site` if it was not determined. */
export const siteRelationOf = (request: Request): SiteRelation =>
  (request.res?.locals[SITE_RELATION] as SiteRelation | undefined) ?? "cross-site";
