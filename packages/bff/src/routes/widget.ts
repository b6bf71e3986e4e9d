import { createHash } from "node:crypto";
import { type RequestHandler, Router } from "express";
import { onlyMethods } from "./request.js";

/** `GET /widget.js` and the immutable `GET /widget-<hash>.js`: the embed bundle, for any page to load. */
export function widgetRoutes(script: string): Router {
  const hash = createHash("sha256").update(script).digest("hex").slice(0, 16);
  const router = Router();
  router.get("/widget.js", publicScript("public, max-age=300"), send);
  router.get(`/widget-${hash}.js`, publicScript("public, max-age=31536000, immutable"), send);
  for (const path of ["/widget.js", `/widget-${hash}.js`]) router.all(path, onlyMethods("GET"));
  return router;

  function send(...[, response]: Parameters<RequestHandler>): void {
    response.type("text/javascript").send(script);
  }
}

/** Helmet keeps resources to our own origin; this one is made to be loaded from every other. */
const publicScript =
  (caching: string): RequestHandler =>
  (_request, response, next) => {
    response.set({
      "Cache-Control": caching,
      "Cross-Origin-Resource-Policy": "cross-origin",
      "Access-Control-Allow-Origin": "*",
    });
    next();
  };
