import { literalsHtmlCssMinifier } from "@literals/rollup-plugin-html-css-minifier";
import { defineConfig, type PluginOption } from "vite";

// In library mode Vite leaves white space in ES modules, for bundlers to come; nobody comes after us.
const output = {
  format: "es" as const,
  minify: true,
  hashCharacters: "hex" as const,
  chunkFileNames: "widget-[name]-[hash].js",
};

/**
 * The embed bundle: one file for a script tag, Lit inside, and what it loads when it is needed. Written under two names,
 * each with its own files, since whatever those import is to be the script the page has and no second one.
 */
export default defineConfig({
  plugins: [literalsHtmlCssMinifier({ include: ["**/widget/dist/**"], failOnError: true }) as PluginOption],
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
