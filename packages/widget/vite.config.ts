import { literalsHtmlCssMinifier } from "@literals/rollup-plugin-html-css-minifier";
import { defineConfig, type PluginOption } from "vite";
import { notice } from "../../scripts/notice.ts";

const LICENSES = "widget-licenses.txt";

const output = {
  format: "es" as const,
  // Removes white space, too: Vite keeps it in libraries, but pages load these files without another build.
  minify: true,
  comments: { annotation: false, legal: true },
  hashCharacters: "hex" as const,
  chunkFileNames: "widget-[name]-[hash].js",
};

/**
 * Builds the embed bundle: a script for a page's script tag, Lit included, and the chunks it loads on demand. Written under
 * two names, each with its own chunks: a chunk imports the script by name, and the other name would load a second copy.
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
