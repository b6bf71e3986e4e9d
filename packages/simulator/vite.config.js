import { defineConfig } from "vitest/config";
import { notice } from "../../scripts/notice.ts";

const LICENSES = "exchange-licenses.txt";

// Bundles the elements of the simulator's page, together with Lit, into one script. The simulator serves it as
// `/exchange.js`.
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
