import { randomUUID } from "node:crypto";
import type { RequestHandler } from "express";
import type { Clock } from "../clock.js";
import type { Logger } from "../log.js";
import type { Metrics } from "../metrics.js";
import { whenOver } from "./connections.js";

/**
 * Logs and counts each request by route pattern and result. The URL is not logged, because it may contain
 * anything.
 */
export function accessLog(log: Logger, clock: Clock, metrics: Metrics): RequestHandler {
  return (request, response, next) => {
    const began = clock.monotonic();
    const id = randomUUID();
    response.set("X-Request-Id", id);
    metrics.began();
    whenOver(response, (cut) => {
      const path = (request.route as { path?: unknown } | undefined)?.path;
      const route = typeof path === "string" ? path : undefined;
      const { method } = request;
      const status = response.statusCode;
      const code = response.locals["code"] as string | undefined;
      const ms = Math.round(clock.monotonic() - began);
      metrics.answered({ route, method, status, code, ms });
      log.info({ request: id, method, route, status, code, ms, ...(cut && { cut }) }, "request");
    });
    next();
  };
}
