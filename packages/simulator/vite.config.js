import { defineConfig } from "vitest/config";
import { notice } from "../../scripts/notice.ts";

const LICENSES = "exchange-licenses.txt";

// Builds the elements of the page, together with Lit, as one module. `GET /exchange.js` serves it.
export default defineConfig({
  root: import.meta.dirname,
  plugins: [notice(LICENSES)],
  build: {
    outDir: "dist/page-bundle",
    lib: { entry: "src/page/exchange.ts", formats: ["es"], fileName: () => "exchange.js" },
    license: { fileName: LICENSES },
    rolldownOptions: { output: { comments: { legal: true } } },
  },
  test: { include: ["src/**/*.test.ts"] },
});
