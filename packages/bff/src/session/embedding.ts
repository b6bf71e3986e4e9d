import type { Request, RequestHandler } from "express";
import { getDomain } from "tldts";

/**
 * How a page's site is to ours. Browsers send a `SameSite=Strict` cookie from `same-origin` and `same-site` pages; from
 * `cross-site` ones none that can be relied on, so those bring a bearer.
 */
export type Embedding = "same-origin" | "same-site" | "cross-site";

/**
 * Decides by the public suffix list, private part included: two customers of one hosting domain are strangers.
 *
 * @param origin the request's `Origin`; browsers leave it out only where page and backend are of one origin
 */
export function embeddingIn(origin: string | undefined, publicUrl: URL): Embedding {
  if (origin === undefined || origin === publicUrl.origin) return "same-origin";
  if (!URL.canParse(origin)) return "cross-site";
  const page = new URL(origin);
  // Browsers count the scheme in, and leave the port out.
  const same = page.protocol === publicUrl.protocol && siteOf(page.hostname) === siteOf(publicUrl.hostname);
  return same ? "same-site" : "cross-site";
}

/** The registrable domain; an address, a bare name and a public suffix are sites of their own. */
const siteOf = (hostname: string): string => getDomain(hostname, { allowPrivateDomains: true }) ?? hostname;

/** Origins whose embedding is remembered. */
const MOST_DECIDED = 1000;

/** Where the response's locals have the {@link Embedding}. */
const EMBEDDING = "embedding";

/** Decides it for each request, from `Origin` and `PUBLIC_URL`. */
export const embeddingMiddleware = (publicUrl: URL): RequestHandler => {
  const decided = new Map<string | undefined, Embedding>();
  const decide = (origin: string | undefined): Embedding => {
    const known = decided.get(origin);
    if (known !== undefined) return known;
    // Anybody may send any.
    if (decided.size >= MOST_DECIDED) decided.clear();
    const embedding = embeddingIn(origin, publicUrl);
    decided.set(origin, embedding);
    return embedding;
  };
  return (request, response, next) => {
    const origin = request.get("origin");
    // An image, a frame or a script of another site's page comes without an Origin.
    const resource = origin === undefined && request.get("sec-fetch-site") === "cross-site";
    response.locals[EMBEDDING] = resource ? "cross-site" : decide(origin);
    next();
  };
};

/** How the page this request comes from is to us; a request nobody has decided on is a stranger's. */
export const embeddingOf = (request: Request): Embedding =>
  (request.res?.locals[EMBEDDING] as Embedding | undefined) ?? "cross-site";
