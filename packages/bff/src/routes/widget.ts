import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { brotliCompressSync, gzipSync } from "node:zlib";
import { type RequestHandler, Router } from "express";
import { onlyMethods } from "../http/request.js";

/** A script whose name changes with its content: `widget-<hash>.js` or `widget-<what>-<hash>.js`. */
const HASHED = /-[\da-f]{8}\.js$/;

/**
 * `GET /widget.js`, the immutable `GET /widget-<hash>.js`, what both of them load when it is needed,
 * `GET /widget-licenses.txt`, and `GET /widget.json`, which tells the hashed name and the integrity of each script.
 */
export function widgetRoutes(files: ReadonlyMap<string, string>): Router {
  const router = Router();
  // There are many, and whoever wants none of them is not to be held against each.
  router.use(({ path }, _response, next) => {
    next(files.has(path.slice(1)) || path === "/widget.json" ? undefined : "router");
  });
  for (const [name, text] of files) {
    const caching = HASHED.test(name) ? "max-age=31536000, immutable" : "max-age=300";
    const type = name.endsWith(".js") ? "text/javascript" : "text/plain";
    router.get(`/${name}`, forEveryOrigin(`public, ${caching}`), send(text, type));
    router.all(`/${name}`, onlyMethods("GET"));
  }
  const integrity = integrityOf(files);
  router.get("/widget.json", forEveryOrigin("public, max-age=300"), (_request, response) => {
    response.json(integrity);
  });
  router.all("/widget.json", onlyMethods("GET"));
  return router;
}

/** The embed bundle as it was built, by name: scripts, and the licences of what is in them. */
export function readEmbedBundle(): Map<string, string> {
  const folder = dirname(fileURLToPath(import.meta.resolve("@uis-call/widget/embed")));
  const names = readdirSync(folder).filter((name) => /\.(?:js|txt)$/.test(name));
  return new Map(names.map((name) => [name, readFileSync(join(folder, name), "utf8")]));
}

/** Which file is this version's script, and what the browser is to check of each. */
export function integrityOf(files: ReadonlyMap<string, string>): {
  script: string;
  integrity: Record<string, string>;
} {
  const integrity = Object.fromEntries(
    [...files]
      .filter(([name]) => HASHED.test(name))
      .map(([name, script]) => [name, `sha384-${createHash("sha384").update(script).digest("base64")}`]),
  );
  return {
    script: Object.keys(integrity).find((name) => /^widget-\w{8}\.js$/.test(name)) ?? "widget.js",
    integrity,
  };
}

/** Compressed as well as can be, once, when it is first asked for. */
function send(text: string, type: string): RequestHandler {
  const tag = `"${createHash("sha256").update(text).digest("base64url")}"`;
  const encoded = new Map<string, Buffer>();
  const encode = (encoding: string): Buffer =>
    encoding === "br" ? brotliCompressSync(text) : encoding === "gzip" ? gzipSync(text) : Buffer.from(text);
  return (request, response) => {
    const encoding = request.acceptsEncodings("br", "gzip", "identity") || "identity";
    const body = encoded.get(encoding) ?? encode(encoding);
    encoded.set(encoding, body);
    if (encoding !== "identity") response.set("Content-Encoding", encoding);
    response.vary("Accept-Encoding").set("ETag", `W/${tag}`).type(type).send(body);
  };
}

/** Helmet keeps resources to our own origin; these are made to be loaded from every other. */
const forEveryOrigin =
  (caching: string): RequestHandler =>
  (_request, response, next) => {
    response.set({
      "Cache-Control": caching,
      "Cross-Origin-Resource-Policy": "cross-origin",
      "Access-Control-Allow-Origin": "*",
    });
    next();
  };
