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

type Given = Pick<BffOptions, "open" | "clock" | "log" | "host" | "webhookPrivateHosts" | "lag">;

export interface BackendOptions extends Given {
  /** Returns the YAML text of the configuration. The parameter is the URL of the backend itself. */
  yaml: (url: string) => string;
  /** Returns the value of an environment variable that the configuration names. */
  variable: (name: string) => string | undefined;
  /** Changes the configuration before the backend uses it. */
  configure?: ((configuration: Configuration) => Configuration) | undefined;
  /** URL of the database. Default: a database in memory. */
  databaseUrl?: string | undefined;
  /** Session secrets, newest first, separated by commas. Default: a random secret. */
  sessionSecret?: string | undefined;
  /** URL at which browsers reach the backend. Default: the URL of its server. */
  publicUrl?: URL | undefined;
  /** Port of the backend's server. Default: a free port. */
  port?: number | undefined;
  /** Host name in the URL of the backend. It must resolve to this computer. Default: 127.0.0.1. */
  hostname?: string;
  /**
   * Mounts the router of the backend in the Express app. May also add other routes. Default: mounts the router at
   * `/api`.
   */
  mount?: (app: Express, bff: Bff, url: string) => void;
  /** Server that the backend uses. Default: an HTTP server without TLS. */
  server?: Server;
}

export interface Backend {
  /** URL of the backend's server, without a path. */
  url: string;
  bff: Bff;
  stop(): Promise<void>;
}

/**
 * Runs the backend in this process, with a server of its own.
 *
 * @throws the error of Node.js if the server cannot listen, for example `EADDRINUSE`
 */
export async function startBackend(options: BackendOptions): Promise<Backend> {
  const { hostname = "127.0.0.1", server = createServer(), mount = mountAtApi } = options;
  let { port = 0 } = options;
  // If the system chooses the port, the server listens before the backend is created, because the configuration needs
  // the port. If the port is given, the server listens last, because clients may know the port and send requests before
  // the backend is ready.
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

/** Mounts the backend at `/api`, as the command `uis-call-bff` does. */
export const mountAtApi = (app: Express, { router }: Bff): void => void app.use("/api", router);

async function listen(server: Server, port: number): Promise<void> {
  server.listen(port, "127.0.0.1");
  await once(server, "listening");
}

function bffOptions(options: BackendOptions, url: string): BffOptions {
  const { open, clock, log, host, webhookPrivateHosts, lag, databaseUrl = "sqlite::memory:" } = options;
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
    ...(lag && { lag }),
    ...(webhookPrivateHosts && { webhookPrivateHosts }),
  };
}
