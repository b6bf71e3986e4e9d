import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import express from "express";
import { type Backend, startBackend } from "./example-site.js";

/** Headers and content of a test page. */
export interface Page {
  headers?: Record<string, string>;
  html: string;
}

/**
 * A script that records the console errors and warnings of a page. In WebKit, the test has no other access to the
 * console.
 */
const RECORDER = `globalThis.complaints = [];
for (const kind of ["error", "warn"]) {
  const say = console[kind];
  console[kind] = (...all) => { complaints.push(all.join(" ")); say.apply(console, all); };
}
addEventListener("error", ({ message, target }) => complaints.push(message ?? "no " + target.src), true);
addEventListener("unhandledrejection", ({ reason }) => complaints.push(String(reason)));
document.addEventListener("securitypolicyviolation", (event) =>
  complaints.push(event.effectiveDirective + " forbids " + event.blockedURI + " " + event.sample));`;

/**
 * Serves test pages, each with its own headers, and starts a backend with another origin. Pages at `localhost` are
 * same-site with the backend. Pages at `127.0.0.1` are cross-site.
 */
export async function startPages() {
  const pages = new Map<string, Page>();
  const nonce = randomBytes(12).toString("base64url");
  const app = express().disable("x-powered-by");
  app.use((request, response) => {
    const page = pages.get(request.path);
    if (page === undefined) return void response.sendStatus(204);
    response.set(page.headers).type("html").send(`<!doctype html><html lang="en"><head>
      <meta charset="utf-8"><title>A page</title><link rel="icon" href="data:,"><script nonce="${nonce}">${RECORDER}</script>${page.html}`);
  });
  const server = createServer(app).listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  const origins = [`http://localhost:${port}`, `http://127.0.0.1:${port}`];
  const backend: Backend = await startBackend(origins);
  return {
    nonce,
    backend,
    /** Origin of the backend. Tests put it in the Content-Security-Policy of their pages. */
    origin: new URL(backend.url).origin,
    endpoint: `${backend.url}/api`,
    /** Adds a test page, which is same-site or cross-site with the backend. @returns the URL of the page */
    put(page: Page, site: "same" | "other" = "same"): string {
      const path = `/${pages.size}`;
      pages.set(path, page);
      return `${origins[site === "same" ? 0 : 1] ?? ""}${path}`;
    },
    async stop() {
      server.close();
      server.closeAllConnections();
      await backend.stop();
    },
  };
}

export type Pages = Awaited<ReturnType<typeof startPages>>;
