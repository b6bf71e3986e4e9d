import { defineConfig } from "vite";

/** The embed bundle: one file for a script tag, Lit inside. The ES modules beside it are what tsc wrote. */
export default defineConfig({
  build: {
    lib: { entry: "dist/embed.js", formats: ["es"], fileName: () => "widget.js" },
    outDir: "dist/embed",
    target: "es2022",
    // In library mode Vite leaves white space in ES modules, for bundlers to come; nobody comes after us.
    rolldownOptions: { output: { minify: true } },
  },
});
