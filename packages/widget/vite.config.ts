import { literalsHtmlCssMinifier } from "@literals/rollup-plugin-html-css-minifier";
import { defineConfig, type PluginOption } from "vite";
import { notice } from "../../scripts/notice.ts";

const LICENSES = "widget-licenses.txt";

const output = {
  format: "es" as const,
  // Also removes white space. Vite keeps it in libraries by default, because a later build removes it. But pages load
  // these files without a later build.
  minify: true,
  comments: { annotation: false, legal: true },
  hashCharacters: "hex" as const,
  chunkFileNames: "widget-[name]-[hash].js",
};

/**
 * Builds the embed bundle: a script for the script tag of a page, and the chunks that the script loads on demand. Lit
 * is included. The script is written under two names, with and without a hash. Each of the two scripts has its own
 * chunks, because a chunk imports the script by name. With the other name, a second copy of the script would be loaded.
 */
export default defineConfig({
  plugins: [
    literalsHtmlCssMinifier({ include: ["**/widget/dist/**"], failOnError: true }) as PluginOption,
    notice(LICENSES),
  ],
  build: {
    lib: { entry: { widget: "dist/embed.js" } },
    outDir: "dist/embed",
    target: "es2022",
    license: { fileName: LICENSES },
    rolldownOptions: {
      preserveEntrySignatures: "allow-extension",
      output: [
        { ...output, entryFileNames: "widget.js" },
        { ...output, entryFileNames: "widget-[hash].js" },
      ],
    },
  },
});
