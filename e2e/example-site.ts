import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { dirname, extname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { createLogger } from "@uis-call/bff";
import { type Stack, startStack } from "@uis-call/testing/stack";
import express, { type RequestHandler } from "express";

export const root = dirname(dirname(fileURLToPath(import.meta.url)));

/** Addresses that the READMEs of the examples use for the backend and for the page. */
const BACKEND = "http://localhost:4331";
const PAGE = "http://localhost:4332";

/**
 * Starts the simulator and the backend on free ports, with the configuration that the examples use.
 *
 * @param origins origins that replace the address of the page in the configuration
 */
export function startBackend(origins: string[]) {
  const text = readFileSync(join(root, "examples/own-page/own-page.yaml"), "utf8");
  return startStack({
    simulator: {
      accounts: [{ login: "demo", password: "demo", serviceNumbers: ["74990000000"] }],
      settings: { answersWhen: "accepted" },
    },
    yaml: (uis) =>
      text
        .replace(`["${PAGE}"]`, JSON.stringify(origins))
        .replace("http://127.0.0.1:4330", new URL(uis).origin),
    variable: () => "demo",
    hostname: "localhost",
    log: createLogger("silent"),
  });
}

export type Backend = Stack;

/**
 * Serves a folder as a website. In its files, replaces the address of the backend with the property `backend` of the
 * result. The caller sets this property when it knows the address.
 */
export async function startSite(folder: string, pages: Record<string, string> = {}) {
  const site = { url: "", backend: "", stop: () => void server.close() };
  const moved: RequestHandler = (request, response, next) => {
    const path = request.path === "/" ? "/index.html" : request.path;
    const file = pages[path] ?? (TEXT.has(extname(path)) ? readIfThere(join(folder, path)) : undefined);
    if (file === undefined) next();
    else response.type(extname(path)).send(file.replaceAll(BACKEND, site.backend));
  };
  const server = await listen(createServer(express().use(moved, express.static(folder))));
  site.url = urlOf(server);
  return site;
}

const TEXT = new Set([".html", ".js"]);

function readIfThere(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return undefined;
  }
}

async function listen(server: Server): Promise<Server> {
  server.listen(0, "localhost");
  await once(server, "listening");
  return server;
}

const urlOf = (server: Server): string => `http://localhost:${(server.address() as AddressInfo).port}`;
