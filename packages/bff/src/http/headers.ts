import type { RequestHandler } from "express";
import helmet from "helmet";

/** Security headers of a JSON API for scripts: nothing in it may be rendered, framed or loaded as a resource. */
export const securityHeaders = (): RequestHandler =>
  helmet({
    contentSecurityPolicy: {
      useDefaults: false,
      directives: { defaultSrc: ["'none'"], frameAncestors: ["'none'"], baseUri: ["'none'"] },
    },
  });

/** Sets `no-store`, the default of every answer. A row's `cache` replaces it. */
export const noStore: RequestHandler = (_request, response, next) => {
  response.set("Cache-Control", "no-store");
  next();
};
