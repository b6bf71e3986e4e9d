import { defineConfig } from "vitest/config";

// The elements of the page as one module, lit inside: what GET /exchange.js serves.
export default defineConfig({
  root: import.meta.dirname,
  build: {
    outDir: "dist/page-bundle",
    lib: { entry: "src/page/exchange.ts", formats: ["es"], fileName: () => "exchange.js" },
  },
  test: { include: ["src/**/*.test.ts"] },
});
