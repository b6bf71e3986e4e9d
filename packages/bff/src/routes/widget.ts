import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { brotliCompressSync, gzipSync } from "node:zlib";
import { type Exchange, route, type Route } from "../http/route.js";

/** Matches scripts whose names contain a hash of their content: `widget-<hash>.js` or `widget-<what>-<hash>.js`. */
const HASHED = /-[\da-f]{8}\.js$/;

/**
 * Routes of the scripts: `GET /widget.js`, the immutable `GET /widget-<hash>.js`, the scripts that these two
 * load on demand, `GET /widget-licenses.txt`, and `GET /widget.json` with the hashed name and the integrity of
 * each script.
 */
export function widgetRoutes(files: ReadonlyMap<string, string>): Route[] {
  const words = {
    session: "none",
    origin: "public",
    tls: "optional",
    rate: "none",
    whenOverloaded: "answer",
  } as const;
  const integrity = integrityOf(files);
  return [
    ...Array.from(files, ([name, text]) =>
      route("GET", `/${name}`, {
        ...words,
        cache: HASHED.test(name) ? "public, max-age=31536000, immutable" : BRIEFLY,
        vary: "Accept-Encoding",
        ...(DOES[name] && { does: DOES[name] }),
        handler: send(text, name.endsWith(".js") ? "text/javascript" : "text/plain"),
      }),
    ),
    route("GET", "/widget.json", {
      ...words,
      cache: BRIEFLY,
      does: "returns `{script, integrity}`: the hashed name of the bundle, and for each hashed file its `integrity` (SRI, sha384)",
      handler: ({ response }) => response.json(integrity),
    }),
  ];
}

const BRIEFLY = "public, max-age=300";

const DOES: Record<string, string> = {
  "widget.js":
    "returns the embed bundle, a script. `/widget-<hash>.js` is the same script at an address whose content never changes. Both load further scripts when they need them. The addresses of these are `/widget-<what>-<hash>.js`, and their content never changes either",
  "widget-licenses.txt":
    "returns the licences of the libraries that are bundled in the scripts, as plain text",
};

/** Reads the built embed bundle: the scripts and the licences of their contents, by file name. */
export function readEmbedBundle(): Map<string, string> {
  const folder = dirname(fileURLToPath(import.meta.resolve("@uis-call/widget/embed")));
  const names = readdirSync(folder)
    .filter((name) => /\.(?:js|txt)$/.test(name))
    .sort();
  return new Map(names.map((name) => [name, readFileSync(join(folder, name), "utf8")]));
}

/** Returns the name of this version's script, and the integrity of each script (Subresource Integrity). */
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

/**
 * Returns a handler that sends a text compressed. Each encoding of the text is made once, at the first request
 * for it.
 */
function send(text: string, type: string) {
  const tag = `"${createHash("sha256").update(text).digest("base64url")}"`;
  const encoded = new Map<string, Buffer>();
  const encode = (encoding: string): Buffer =>
    encoding === "br" ? brotliCompressSync(text) : encoding === "gzip" ? gzipSync(text) : Buffer.from(text);
  return ({ request, response }: Exchange): void => {
    const encoding = request.acceptsEncodings("br", "gzip", "identity") || "identity";
    const body = encoded.get(encoding) ?? encode(encoding);
    encoded.set(encoding, body);
    if (encoding !== "identity") response.set("Content-Encoding", encoding);
    response.set("ETag", `W/${tag}`).type(type).send(body);
  };
}
