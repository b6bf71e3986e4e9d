import { join } from "node:path";
import { literalsHtmlCssMinifier } from "@literals/rollup-plugin-html-css-minifier";
import { minify as minifyAgain } from "terser";
import { defineConfig, minify, type PluginOption } from "vite";
import { leanLit } from "./lean-lit.ts";
import { shortNames } from "./short-names.ts";

const { plugin: withShortNames, names } = shortNames();

const output = {
  format: "es" as const,
  // By `minified()`: in library mode Vite leaves white space in ES modules, for bundlers to come; nobody comes after us.
  minify: false,
  hashCharacters: "hex" as const,
  chunkFileNames: "widget-[name]-[hash].js",
};

/**
 * The embed bundle: one file for a script tag, Lit inside, and what it loads when it is needed. Written under two names,
 * each with its own files, since whatever those import is to be the script the page has and no second one.
 */
export default defineConfig({
  plugins: [
    literalsHtmlCssMinifier({ include: ["**/widget/dist/**"], failOnError: true }) as PluginOption,
    leanLit(),
    withShortNames,
    minified(),
  ],
  resolve: {
    alias: [
      { find: /^\.\/css-tag\.js$/, replacement: join(import.meta.dirname, "dist/embed-css.js") },
      { find: /^lit-html$/, replacement: join(import.meta.dirname, "dist/embed-html.js") },
    ],
  },
  build: {
    lib: { entry: { widget: "dist/embed.js" } },
    outDir: "dist/embed",
    target: "es2022",
    rolldownOptions: {
      preserveEntrySignatures: "allow-extension",
      output: [
        { ...output, entryFileNames: "widget.js" },
        { ...output, entryFileNames: "widget-[hash].js" },
      ],
    },
  },
});

/** Minified by two, of which neither finds everything. Before the names of the chunks, which are made from what is in them. */
function minified(): PluginOption {
  return {
    name: "minified",
    async renderChunk(text, { fileName }) {
      const { code } = await minify(fileName, text, { module: true });
      return minifyAgain(code, {
        module: true,
        ecma: 2022,
        compress: {
          passes: 3,
          unsafe_arrows: true,
          pure_getters: true,
          unsafe_comps: true,
          keep_fargs: false,
        },
        mangle: {
          // Preact keeps its listeners in an element's `l`.
          properties: { reserved: ["l"], regex: new RegExp(`^(?:_\\$.*|${[...names.keys()].join("|")})$`) },
        },
        nameCache: {
          props: { props: Object.fromEntries([...names].map(([name, short]) => [`$${name}`, short])) },
        },
      }) as Promise<{ code: string }>;
    },
  };
}
