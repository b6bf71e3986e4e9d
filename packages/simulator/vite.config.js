import { defineConfig } from "vitest/config";
import { notice } from "../../scripts/notice.ts";

const LICENSES = "exchange-licenses.txt";

// The elements of the page as one module, lit inside: what GET /exchange.js serves.
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
