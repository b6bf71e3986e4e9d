import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import express from "express";
import { type Backend, startBackend } from "./example-site.js";

/** What somebody's page says of itself, and what is in it. Both may need the backend's address, and a nonce. */
export interface Page {
  headers?: Record<string, string>;
  html: string;
}

/** A page's own list of what it hears go wrong: WebKit's driver gives nobody its console. */
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
 * Pages of people with rules of their own, and a backend of another origin: another port of `localhost`, or another site
 * as `127.0.0.1`.
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
    /** Where the backend is for pages. */
    origin: new URL(backend.url).origin,
    endpoint: `${backend.url}/api`,
    /** @returns the address of the page, which is of the backend's site or of another */
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
