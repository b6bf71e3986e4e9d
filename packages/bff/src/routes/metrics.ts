import { route, type Route } from "../http/route.js";
import type { Metrics } from "../metrics.js";

/** Route `GET /metrics`. It is served on a port of its own, which only operators can reach. */
export const metricsRoutes = (metrics: Metrics): Route[] => [
  route("GET", "/metrics", {
    session: "none",
    origin: "any",
    tls: "optional",
    rate: "none",
    whenOverloaded: "answer",
    handler: async ({ response }) => response.type(metrics.registry.contentType).send(await metrics.text()),
  }),
];
