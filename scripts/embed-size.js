// Measures the compressed size of the script-tag bundle. Builds the bundle as it is shipped, but writes no files.
import { Buffer } from "node:buffer";
import { join } from "node:path";
import { brotliCompressSync, gzipSync } from "node:zlib";
import { build } from "vite";
import { root } from "./setup.js";

const widget = join(root, "packages", "widget");

/** Languages whose files are measured. A page loads the file of one language, so only the larger file is counted. */
const COUNTED = ["en", "ru"];

/**
 * Chunks that a page loads only in some situations, with these situations. They are not needed to show the button or
 * for a first call, so they are not counted.
 */
export const LATER = {
  proof: "under attack",
  schedule: "while closed",
  errors: "after an error",
  retry: "under attack",
  resume: "after a reload",
  "phone-text": "text around a number",
  "random-uuid": "without HTTPS",
  corner: "when floating",
};
const isLater = (name) => name in LATER || /-(?:schedule|errors)$/.test(name);

/** Returns the size of a text in bytes, for each compression. */
export const weigh = (text) => ({
  brotli: brotliCompressSync(text).length,
  gzip: gzipSync(text).length,
  plain: Buffer.byteLength(text),
});

/**
 * Lists the chunks of the bundle: those that the page loads at the start, and those that the element loads later for
 * the panel, the form and a call. Needs the output of `tsc -b`.
 */
export async function embedChunks() {
  process.env.NODE_ENV = "production";
  const builds = await build({
    root: widget,
    configFile: join(widget, "vite.config.ts"),
    logLevel: "error",
    build: { write: false },
  });
  const chunks = new Map(
    builds
      .find(({ output }) => output.some(({ fileName }) => fileName === "widget.js"))
      .output.filter(({ type }) => type === "chunk")
      .map((chunk) => [chunk.fileName, chunk]),
  );
  const first = closure(chunks, ["widget.js"], ({ imports }) => imports);
  const all = closure(chunks, ["widget.js"], ({ imports, dynamicImports }) => [
    ...imports,
    ...dynamicImports,
  ]);
  return [...all].map((name) => {
    const { code, modules, facadeModuleId } = chunks.get(name);
    return {
      name: name.replace(/-[\da-f]{8}\.js$/, "").replace(/^widget-/, ""),
      first: first.has(name),
      language: /\/i18n\/([a-z]{2})\.js$/.exec(facadeModuleId ?? "")?.[1],
      modules: Object.entries(modules).map(([id, { renderedLength }]) => ({
        id: id.replace(/^.*\/node_modules\//, "").replace(`${widget}/`, ""),
        length: renderedLength,
      })),
      ...weigh(code),
    };
  });
}

/**
 * Adds up the compressed sizes of the chunks. `first` is the size of the first script. `call` is the size of everything
 * that is loaded until the first call is over, in English or in Russian.
 */
export function embedSizes(chunks) {
  const sum = (some) => some.reduce((total, { brotli }) => total + brotli, 0);
  const languages = chunks.filter(({ language }) => COUNTED.includes(language));
  const others = chunks.filter(({ language, name }) => language === undefined && !isLater(name));
  return {
    first: sum(chunks.filter(({ first }) => first)),
    call: sum(others) + Math.max(0, ...languages.map(({ brotli }) => brotli)),
  };
}

function closure(chunks, names, next, seen = new Set()) {
  for (const name of names) {
    if (seen.has(name)) continue;
    seen.add(name);
    closure(chunks, next(chunks.get(name)), next, seen);
  }
  return seen;
}
