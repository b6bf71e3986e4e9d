import { defineConfig } from "vitest/config";

/**
 * Workers for two processors. Unit tests wait for disks and clocks a third of their time, browsers do not wait, and each
 * crash test runs several backends.
 */
const [UNIT_WORKERS, BROWSER_WORKERS, CRASH_WORKERS] = [3, 2, 1];

/** Retries in CI: a shared machine may stall for seconds. A test that fails twice in a row is broken. */
const retry = process.env["CI"] === undefined ? 0 : 1;

export default defineConfig({
  test: {
    projects: [
      ...["shared", "simulator"].map((name) => ({
        test: { name, root: `packages/${name}`, include: ["src/**/*.test.ts"], maxWorkers: UNIT_WORKERS },
      })),
      {
        test: {
          name: "bff",
          root: "packages/bff",
          include: ["src/**/*.test.ts"],
          globalSetup: "src/store/postgres-setup.harness.ts",
          // Long enough for shared machines; a hang is still found.
          testTimeout: 30_000,
          retry,
          expect: { poll: { timeout: 10_000 } },
          maxWorkers: UNIT_WORKERS,
        },
      },
      {
        test: {
          name: "e2e",
          root: "e2e",
          include: ["*.test.ts"],
          testTimeout: 60_000,
          hookTimeout: 60_000,
          retry,
          expect: { poll: { timeout: 15_000 } },
          maxWorkers: BROWSER_WORKERS,
          // Vitest requires another group for projects with another number of workers.
          sequence: { groupOrder: 1 },
        },
      },
      {
        test: {
          name: "crash",
          root: "crash",
          include: ["*.test.ts"],
          globalSetup: "bundle.ts",
          maxWorkers: CRASH_WORKERS,
          sequence: { groupOrder: 2 },
        },
      },
    ],
  },
});
