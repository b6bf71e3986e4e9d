import type { RequestHandler } from "express";
import helmet from "helmet";

/**
 * Returns a handler that sets the security headers of a JSON API: browsers may not render or frame its answers
 * or load them as resources.
 */
export const securityHeaders = (): RequestHandler =>
  helmet({
    contentSecurityPolicy: {
      useDefaults: false,
      directives: { defaultSrc: ["'none'"], frameAncestors: ["'none'"], baseUri: ["'none'"] },
    },
  });

/** Sets `Cache-Control: no-store`, which is the default for every answer. The `cache` of a route replaces it. */
export const noStore: RequestHandler = (_request, response, next) => {
  response.set("Cache-Control", "no-store");
  next();
};
