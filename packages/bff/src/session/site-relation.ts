import type { Request, RequestHandler } from "express";
import { getDomain } from "tldts";

/**
 * How a page's site is to ours. Browsers send a `SameSite=Strict` cookie from `same-origin` and `same-site` pages; from
 * `cross-site` ones none that can be relied on, so those bring a bearer.
 */
export type SiteRelation = "same-origin" | "same-site" | "cross-site";

/**
 * Decides by the public suffix list, private part included: two customers of one hosting domain are strangers.
 *
 * @param origin the request's `Origin`; browsers leave it out only where page and backend are of one origin
 */
export function siteRelationBetween(origin: string | undefined, publicUrl: URL): SiteRelation {
  if (origin === undefined || origin === publicUrl.origin) return "same-origin";
  if (!URL.canParse(origin)) return "cross-site";
  const page = new URL(origin);
  // Browsers count the scheme in, and leave the port out.
  const same = page.protocol === publicUrl.protocol && siteOf(page.hostname) === siteOf(publicUrl.hostname);
  return same ? "same-site" : "cross-site";
}

/** The registrable domain; an address, a bare name and a public suffix are sites of their own. */
const siteOf = (hostname: string): string => getDomain(hostname, { allowPrivateDomains: true }) ?? hostname;

/** Origins whose site relation is remembered. */
const MOST_DECIDED = 1000;

/** Where the response's locals have the {@link SiteRelation}. */
const SITE_RELATION = "siteRelation";

/** Decides it for each request, from `Origin` and `PUBLIC_URL`. */
export const siteRelationMiddleware = (publicUrl: URL): RequestHandler => {
  const decided = new Map<string | undefined, SiteRelation>();
  const decide = (origin: string | undefined): SiteRelation => {
    const known = decided.get(origin);
    if (known !== undefined) return known;
    // Anybody may send any.
    if (decided.size >= MOST_DECIDED) decided.clear();
    const relation = siteRelationBetween(origin, publicUrl);
    decided.set(origin, relation);
    return relation;
  };
  return (request, response, next) => {
    const origin = request.get("origin");
    // An image, a frame or a script of another site's page comes without an Origin.
    const resource = origin === undefined && request.get("sec-fetch-site") === "cross-site";
    response.locals[SITE_RELATION] = resource ? "cross-site" : decide(origin);
    next();
  };
};

/** How the page this request comes from is to us; a request nobody has decided on is a stranger's. */
export const siteRelationOf = (request: Request): SiteRelation =>
  (request.res?.locals[SITE_RELATION] as SiteRelation | undefined) ?? "cross-site";
