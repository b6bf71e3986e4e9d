import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    projects: [
      ...["shared", "simulator", "bff"].map((name) => ({
        test: { name, root: `packages/${name}`, include: ["src/**/*.test.ts"] },
      })),
      {
        test: { name: "e2e", root: "e2e", include: ["*.test.ts"], testTimeout: 60_000, hookTimeout: 60_000 },
      },
    ],
  },
});
