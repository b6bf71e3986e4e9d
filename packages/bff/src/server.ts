import { createServer, type Server } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import express from "express";
import { collectDefaultMetrics } from "prom-client";
import { type Bff, createBff } from "./app.js";
import { systemClock } from "./clock.js";
import type { Configuration } from "./config/configuration.js";
import { endOfLifePassed } from "./config/node-end-of-life.js";
import { BASE_PATH, type Settings } from "./config/settings.js";
import { createOpenRouter } from "./http/router.js";
import { createLogger, type Logger } from "./log.js";
import type { Metrics } from "./metrics.js";
import { metricsRoutes } from "./routes/metrics.js";

/** A running server. */
export interface RunningServer {
  /** Drains the backend, closes the server and its connections, and then closes the database. */
  stop(): Promise<void>;
}

/**
 * Starts the backend as a server of its own.
 *
 * @param warnings lines about the configuration, which are logged
 * @throws Node's error when the server cannot listen, such as `EADDRINUSE`
 */
export async function startServer(
  settings: Settings,
  configuration: Configuration,
  warnings: readonly string[] = [],
): Promise<RunningServer> {
  const log = createLogger(settings.logLevel);
  const bff = await createBff({
    configuration,
    databaseUrl: settings.databaseUrl,
    sessionSecrets: settings.sessionSecrets,
    publicUrl: settings.publicUrl,
    webhookPrivateHosts: settings.webhookPrivateHosts,
    uisProxy: settings.uisProxy,
    webhookProxy: settings.webhookProxy,
    log,
  });
  const app = express().disable("x-powered-by").set("query parser", "simple");
  // Switches off Express's own ETags: answers are `no-store`, so ETags would be useless. The routes of the
  // scripts set ETags themselves.
  app.disable("etag");
  if (settings.trustProxy !== undefined) app.set("trust proxy", settings.trustProxy);
  app.use(BASE_PATH, bff.router);
  // Mounts the opt-out page at the root, so that its address is short enough to be spoken.
  app.use(bff.optOutPage);
  app.use(bff.unknownPaths);
  const server = createServer(LIMITS, app);
  server.maxConnections = 10_000;
  const { metrics } = settings;
  const metricsServer = metrics && metricsServerOf(bff.metrics, log);
  try {
    await listen(server, settings);
    if (metricsServer) await listen(metricsServer, metrics);
  } catch (error) {
    server.close();
    await bff.close();
    throw error;
  }
  const since = endOfLifePassed(process.versions.node, systemClock.now());
  if (since !== undefined)
    log.warn({ node: process.versions.node, since }, "this version of Node is past its end of life: use 24");
  for (const warning of warnings) log.warn({ warning }, "the configuration can be improved");
  const widget = `${settings.publicUrl.href.replace(/\/$/, "")}${BASE_PATH}/widget.js`;
  log.info(
    { tenants: configuration.tenants.length, port: settings.port, base: BASE_PATH, widget },
    "listening",
  );
  return {
    async stop() {
      await stop(server, bff);
      metricsServer?.close();
      metricsServer?.closeAllConnections();
    },
  };
}

function metricsServerOf(metrics: Metrics, log: Logger): Server {
  collectDefaultMetrics({ register: metrics.registry });
  const app = express().disable("x-powered-by");
  app.use(createOpenRouter(metricsRoutes(metrics), { log }));
  return createServer(LIMITS, app);
}

/** Milliseconds that open requests get to end after the backend has drained. */
const LAST_ANSWERS_MS = 1000;

/** Limits against slow and oversized requests, in milliseconds and bytes. */
const LIMITS = {
  headersTimeout: 10_000,
  requestTimeout: 15_000,
  keepAliveTimeout: 65_000,
  connectionsCheckingInterval: 5000,
  // Leaves room for the cookies of other pages on the backend's domain, which browsers send along.
  maxHeaderSize: 32_768,
};

const listen = (server: Server, { port, host }: { port: number; host: string }): Promise<void> =>
  new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, host, resolve);
  });

async function stop(server: Server, bff: Bff): Promise<void> {
  // Drains first. Meanwhile the readiness check fails, so a load balancer sends visitors to other instances.
  // Requests that still come are answered.
  await bff.drain();
  // Closes each keep-alive connection after its next answer. Otherwise browsers would continue to use it.
  server.prependListener("request", (_request, response) => (response.shouldKeepAlive = false));
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  server.closeIdleConnections();
  await Promise.race([closed, sleep(LAST_ANSWERS_MS)]);
  // Closes event streams, which would stay open otherwise. The browsers reconnect and read the current state.
  server.closeAllConnections();
  await closed;
  await bff.close();
}
