import type { RequestHandler } from "express";
import helmet from "helmet";

/** For an API that answers JSON to scripts: nothing in it is to be rendered, framed or loaded as a resource. */
export const securityHeaders = (): RequestHandler =>
  helmet({
    contentSecurityPolicy: {
      useDefaults: false,
      directives: { defaultSrc: ["'none'"], frameAncestors: ["'none'"], baseUri: ["'none'"] },
    },
  });

/** The default of every answer; a route's word may say otherwise. */
export const noStore: RequestHandler = (_request, response, next) => {
  response.set("Cache-Control", "no-store");
  next();
};
