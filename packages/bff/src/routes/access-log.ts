import { randomUUID } from "node:crypto";
import type { RequestHandler } from "express";
import type { Clock } from "../clock.js";
import type { Logger } from "../log.js";

/** One line per request: route pattern and result. The URL itself may hold anything, so it is not written. */
export function accessLog(log: Logger, clock: Clock): RequestHandler {
  return (request, response, next) => {
    const began = clock.monotonic();
    const id = randomUUID();
    response.set("X-Request-Id", id);
    response.once("close", () => {
      const route = (request.route as { path?: unknown } | undefined)?.path;
      log.info(
        {
          request: id,
          method: request.method,
          route: typeof route === "string" ? route : undefined,
          status: response.statusCode,
          code: response.locals["code"] as unknown,
          ms: Math.round(clock.monotonic() - began),
          ...(!response.writableFinished && { cut: true }),
        },
        "request",
      );
    });
    next();
  };
}
