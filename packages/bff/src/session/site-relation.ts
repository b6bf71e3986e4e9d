import type { Request, RequestHandler } from "express";
import { getDomain } from "tldts";

/**
 * Relation of a page's site to the backend's. Browsers send a `SameSite=Strict` cookie from `same-origin` and
 * `same-site` pages. From `cross-site` pages no cookie is reliable, so these use a bearer token.
 */
export type SiteRelation = "same-origin" | "same-site" | "cross-site";

/**
 * Compares sites by the public suffix list, its private part included: two customers of one hosting domain are
 * cross-site.
 *
 * @param origin the request's `Origin`; browsers omit it only when page and backend have the same origin
 */
export function siteRelationBetween(origin: string | undefined, publicUrl: URL): SiteRelation {
  if (origin === undefined || origin === publicUrl.origin) return "same-origin";
  if (!URL.canParse(origin)) return "cross-site";
  const page = new URL(origin);
  // As in browsers, the scheme counts and the port does not.
  const same = page.protocol === publicUrl.protocol && siteOf(page.hostname) === siteOf(publicUrl.hostname);
  return same ? "same-site" : "cross-site";
}

/** Returns the registrable domain. An IP address, a bare name and a public suffix are sites of their own. */
const siteOf = (hostname: string): string => getDomain(hostname, { allowPrivateDomains: true }) ?? hostname;

/** Most origins whose relation is cached. */
const MOST_DECIDED = 1000;

/** Name of the response local that holds the {@link SiteRelation}. */
const SITE_RELATION = "siteRelation";

/** Determines the site relation of each request from `Origin` and `PUBLIC_URL`. */
export const siteRelationMiddleware = (publicUrl: URL): RequestHandler => {
  const decided = new Map<string | undefined, SiteRelation>();
  const decide = (origin: string | undefined): SiteRelation => {
    const known = decided.get(origin);
    if (known !== undefined) return known;
    // Bounds the cache: any client can send any Origin.
    if (decided.size >= MOST_DECIDED) decided.clear();
    const relation = siteRelationBetween(origin, publicUrl);
    decided.set(origin, relation);
    return relation;
  };
  return (request, response, next) => {
    const origin = request.get("origin");
    // Images, frames and scripts of another site's page send no Origin.
    const resource = origin === undefined && request.get("sec-fetch-site") === "cross-site";
    response.locals[SITE_RELATION] = resource ? "cross-site" : decide(origin);
    next();
  };
};

/** Returns the site relation of a request; `cross-site` when none was determined. */
export const siteRelationOf = (request: Request): SiteRelation =>
  (request.res?.locals[SITE_RELATION] as SiteRelation | undefined) ?? "cross-site";
