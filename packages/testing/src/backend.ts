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
  /** The configuration, given the backend's own address. */
  yaml: (url: string) => string;
  /** Values of the variables that the configuration names. */
  variable: (name: string) => string | undefined;
  /** Changes the configuration before it is used. */
  configure?: ((configuration: Configuration) => Configuration) | undefined;
  /** Default: in memory. */
  databaseUrl?: string | undefined;
  /** Newest first, separated by commas; default: a random one. */
  sessionSecret?: string | undefined;
  /** Default: the backend's own address. */
  publicUrl?: URL | undefined;
  /** Default: a free one. */
  port?: number | undefined;
  /** The host's name in the backend's address, which stays on this computer; default: 127.0.0.1. */
  hostname?: string;
  /** Mounts the backend, and what is beside it; default: the backend alone, at `/api`. */
  mount?: (app: Express, bff: Bff, url: string) => void;
  /** Default: HTTP without TLS. */
  server?: Server;
}

export interface Backend {
  /** Of its server, without a path. */
  url: string;
  bff: Bff;
  stop(): Promise<void>;
}

/**
 * Runs the backend in this process, on a socket of its own.
 *
 * @throws the listen error as Node gives it (`EADDRINUSE` …)
 */
export async function startBackend(options: BackendOptions): Promise<Backend> {
  const { hostname = "127.0.0.1", server = createServer(), mount = mountAtApi } = options;
  let { port = 0 } = options;
  // The configuration names a port that the system chooses. On a port known before, requests come at any moment.
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

/** Mounts the backend where its own server has it. */
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
