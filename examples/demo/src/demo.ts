import { randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { type Configuration, createLogger } from "@uis-call/bff";
import type { UisSimulator } from "@uis-call/simulator";
import { startStack } from "@uis-call/testing/stack";
import express, { type RequestHandler } from "express";
import { hostTokens } from "./host-tokens.js";
import { TEXTS } from "./texts.js";

export interface DemoOptions {
  /** Port of the demo. With 0, the system chooses a free port. */
  port: number;
  /** Host name in the address of the demo. Default: `localhost`. */
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

/** Secrets shared by the demo's backend, its simulator and its host site. They are used for nothing else. */
const SECRETS = {
  DEMO_UIS_PASSWORD: randomBytes(12).toString("hex"),
  DEMO_IDENTITY_SECRET: randomBytes(32).toString("base64"),
  DEMO_SEALING_KEY: randomBytes(32).toString("base64url"),
};

/**
 * Runs the simulator, the backend and the demo page on one port of this computer.
 *
 * @throws the error of Node if the server cannot listen (`EADDRINUSE` …)
 */
export async function startDemo(options: DemoOptions): Promise<Demo> {
  const stack = await startStack({
    simulator: {
      accounts: [{ login: "demo", password: SECRETS.DEMO_UIS_PASSWORD, serviceNumbers: ["74990000000"] }],
    },
    simulatorPath: "/simulator",
    yaml: (uis, url) => demoYaml(uis, new URL(url).port, options.origins ?? []),
    variable: (name) => (SECRETS as Record<string, string | undefined>)[name],
    configure: options.configure,
    databaseUrl: options.databaseUrl,
    port: options.port,
    hostname: options.host ?? "localhost",
    log: createLogger("info", options.log ?? (() => undefined)),
    mount(app, bff) {
      app.use("/api", bff.router);
      app.use(bff.optOutPage);
      app.use("/tokens", hostTokens(SECRETS.DEMO_IDENTITY_SECRET, SECRETS.DEMO_SEALING_KEY));
      app.use(strictPolicy);
      app.get("/", page);
      app.use(express.static(file("page"), { index: false }), express.static(file("dist/page")));
    },
  });
  return { ...stack, endpoint: `${stack.url}/api` };
}

/** Returns demo.yaml with the addresses of this run. */
function demoYaml(uis: string, port: string, origins: string[]): string {
  const usual = "http://localhost:3000";
  const pages = [`http://localhost:${port}`, `http://127.0.0.1:${port}`, ...origins];
  return readFileSync(file("demo.yaml"), "utf8")
    .replaceAll(`["${usual}"]`, JSON.stringify(pages))
    .replaceAll(`${usual}/simulator/v1`, uis)
    .replaceAll(usual, `http://localhost:${port}`);
}

const written = readFileSync(file("page/index.html"), "utf8");

/** Serves the page. Fills in the texts on the server, so that the layout does not move later. */
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

/** Sets a strict Content-Security-Policy, with which the button has to work. */
const strictPolicy: RequestHandler = (_request, response, next) => {
  response.set({
    "Content-Security-Policy": "default-src 'self'; object-src 'none'; base-uri 'none'",
    "Cache-Control": "no-cache",
  });
  next();
};
