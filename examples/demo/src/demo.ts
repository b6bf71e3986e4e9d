import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { fileURLToPath } from "node:url";
import { createBff, createLogger, type Configuration, parseConfiguration, Secret } from "@uis-call/bff";
import { UisSimulator } from "@uis-call/simulator";
import express, { type RequestHandler } from "express";
import { hostTokens } from "./host-tokens.js";
import { TEXTS } from "./texts.js";

export interface DemoOptions {
  /** 0 takes a free one. */
  port: number;
  /** Host name for browsers; default `localhost`. */
  host?: "localhost" | "127.0.0.1";
  /** Further origins that may use the demo's tenants. */
  origins?: string[];
  /** Default: a database in memory. */
  databaseUrl?: string;
  /** Receives each line of the backend's log. Default: the log is discarded. */
  log?: (line: string) => void;
  /** Changes the configuration before it is used. */
  configure?: (configuration: Configuration) => Configuration;
}

export interface Demo {
  url: string;
  /** Base URL of the backend. */
  endpoint: string;
  uis: UisSimulator;
  stop(): Promise<void>;
}

const file = (name: string): string => fileURLToPath(new URL(`../${name}`, import.meta.url));

/** Secrets shared by the demo's backend, its simulator and its host site; they protect nothing else. */
const SECRETS = {
  DEMO_UIS_PASSWORD: randomBytes(12).toString("hex"),
  DEMO_IDENTITY_SECRET: randomBytes(32).toString("base64"),
  DEMO_SEALING_KEY: randomBytes(32).toString("base64url"),
};

/**
 * Runs simulator, backend and demo page on one loopback port.
 *
 * @throws Node's error (`EADDRINUSE` …)
 */
export async function startDemo(options: DemoOptions): Promise<Demo> {
  const uis = new UisSimulator({
    accounts: [{ login: "demo", password: SECRETS.DEMO_UIS_PASSWORD, serviceNumbers: ["74990000000"] }],
  });
  const app = express().disable("x-powered-by");
  const server = createServer(app).listen(options.port, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  const url = `http://${options.host ?? "localhost"}:${String(port)}`;

  const configuration = demoConfiguration(port, options.origins ?? []);
  const bff = await createBff({
    configuration: options.configure?.(configuration) ?? configuration,
    databaseUrl: options.databaseUrl ?? "sqlite::memory:",
    sessionSecrets: [new Secret(randomBytes(32).toString("base64"))],
    publicUrl: new URL(url),
    log: createLogger("info", options.log ?? (() => undefined)),
  });
  app.use("/api", bff.router);
  app.use(bff.optOutPage);
  app.use("/simulator", uis.router());
  app.use("/tokens", hostTokens(SECRETS.DEMO_IDENTITY_SECRET, SECRETS.DEMO_SEALING_KEY));
  app.use(strictPolicy);
  app.get("/", page);
  app.use(express.static(file("page"), { index: false }), express.static(file("dist/page")));

  return {
    url,
    endpoint: `${url}/api`,
    uis,
    async stop() {
      const closed = once(server, "close");
      server.close();
      server.closeAllConnections();
      await uis.stop();
      await bff.close(0);
      await closed;
    },
  };
}

function demoConfiguration(port: number, origins: string[]): Configuration {
  const written = readFileSync(file("demo.yaml"), "utf8");
  const text = written.replaceAll("http://localhost:3000", `http://localhost:${String(port)}`);
  const secrets = {
    variable: (name: string) => (SECRETS as Record<string, string | undefined>)[name],
    file: () => undefined,
  };
  const configuration = parseConfiguration(text, secrets, "demo.yaml");
  for (const tenant of configuration.tenants) {
    tenant.origins.push(`http://127.0.0.1:${String(port)}`, ...origins);
    // "localhost" may resolve to ::1, where the demo does not listen.
    tenant.uis.url = tenant.uis.url.replace("localhost", "127.0.0.1");
  }
  return configuration;
}

const written = readFileSync(file("page/index.html"), "utf8");

/** The page with its texts filled in on the server, so that nothing moves later. */
const page: RequestHandler = (request, response) => {
  const { lang } = request.query;
  const asked = lang === "ru" || lang === "en" ? lang : request.acceptsLanguages("ru", "en");
  const language = asked === "ru" ? "ru" : "en";
  const texts: Record<string, string> = { language, ...TEXTS[language] };
  response
    .vary("Accept-Language")
    .type("html")
    .send(written.replace(/\{\{(\w+)\}\}/g, (_, name: string) => texts[name] ?? ""));
};

/** A strict security policy, under which the button must work. */
const strictPolicy: RequestHandler = (_request, response, next) => {
  response.set({
    "Content-Security-Policy": "default-src 'self'; object-src 'none'; base-uri 'none'",
    "Cache-Control": "no-cache",
  });
  next();
};
