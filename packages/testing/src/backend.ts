import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import {
  type Bff,
  type BffOptions,
  type Configuration,
  createBff,
  parseConfiguration,
  Secret,
} from "@uis-call/bff";
import express, { type Express } from "express";

type Given = Pick<BffOptions, "open" | "clock" | "log" | "host" | "webhookPrivateHosts">;

export interface BackendOptions extends Given {
  /** Returns the configuration. Its parameter is the backend's own address. */
  yaml: (url: string) => string;
  /** Returns the values of the environment variables that the configuration names. */
  variable: (name: string) => string | undefined;
  /** Changes the configuration before it is used. */
  configure?: ((configuration: Configuration) => Configuration) | undefined;
  /** Default: a database in memory. */
  databaseUrl?: string | undefined;
  /** Session secrets separated by commas, the newest first. Default: a random secret. */
  sessionSecret?: string | undefined;
  /** Default: the backend's own address. */
  publicUrl?: URL | undefined;
  /** Default: a free port. */
  port?: number | undefined;
  /** Host name in the backend's address. It has to lead to this computer. Default: 127.0.0.1. */
  hostname?: string;
  /** Mounts the backend's router, and further routes if there are any. Default: mounts the router at `/api`. */
  mount?: (app: Express, bff: Bff, url: string) => void;
  /** Default: an HTTP server without TLS. */
  server?: Server;
}

export interface Backend {
  /** Address of the backend's server, without a path. */
  url: string;
  bff: Bff;
  stop(): Promise<void>;
}

/**
 * Runs the backend in this process, on a port of its own.
 *
 * @throws the error of Node if the server cannot listen (`EADDRINUSE` …)
 */
export async function startBackend(options: BackendOptions): Promise<Backend> {
  const { hostname = "127.0.0.1", server = createServer(), mount = mountAtApi } = options;
  let { port = 0 } = options;
  // With a port that the system chooses, listens first: the configuration needs the port. With a given port, listens
  // last, because clients may know the port and send requests before the backend is ready.
  if (port === 0) {
    await listen(server, 0);
    ({ port } = server.address() as AddressInfo);
  }
  const url = `http://${hostname}:${String(port)}`;
  const bff = await createBff(bffOptions(options, url));
  const app = express().disable("x-powered-by");
  mount(app, bff, url);
  server.on("request", app);
  const stop = async (): Promise<void> => {
    server.close();
    server.closeAllConnections();
    await bff.close(0);
  };
  if (!server.listening) {
    await listen(server, port).catch(async (error: unknown) => {
      await bff.close(0);
      throw error;
    });
  }
  return { url, bff, stop };
}

/** Mounts the backend at `/api`, where its own server mounts it too. */
export const mountAtApi = (app: Express, { router }: Bff): void => void app.use("/api", router);

async function listen(server: Server, port: number): Promise<void> {
  server.listen(port, "127.0.0.1");
  await once(server, "listening");
}

function bffOptions(options: BackendOptions, url: string): BffOptions {
  const { open, clock, log, host, webhookPrivateHosts, databaseUrl = "sqlite::memory:" } = options;
  const { sessionSecret = randomBytes(32).toString("hex"), publicUrl = new URL(url) } = options;
  const secrets = { variable: options.variable, file: () => undefined };
  const configuration = parseConfiguration(options.yaml(url), secrets, "configuration.yaml");
  return {
    configuration: options.configure?.(configuration) ?? configuration,
    databaseUrl,
    publicUrl,
    sessionSecrets: sessionSecret.split(",").map((secret) => new Secret(secret)),
    ...(open && { open }),
    ...(clock && { clock }),
    ...(log && { log }),
    ...(host && { host }),
    ...(webhookPrivateHosts && { webhookPrivateHosts }),
  };
}
