import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

/**
 * Numbers of Vitest workers that are enough to use two processors fully. Unit tests spend a third of their time waiting
 * for disks and clocks, so three workers fit. End-to-end tests do not wait. Each of the two crash tests waits for half
 * of its time, either for a frozen backend or until a note can be sent again.
 */
const [UNIT_WORKERS, BROWSER_WORKERS, CRASH_WORKERS] = [3, 2, 2];

/**
 * Lets all test files that run in the same worker share loaded modules, because loading modules takes longer than many
 * tests. Therefore each test has to restore what it has replaced.
 */
const isolate = false;

/** How often a failed test is retried. In CI, it is retried once, because a shared machine may stop for seconds. */
const retry = process.env["CI"] === undefined ? 0 : 1;

const file = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

/**
 * Makes the tests of the backend load its source files instead of its build output, also when packages/testing imports
 * the backend. So the backend need not be built before its tests, and no module is loaded twice.
 */
const SOURCES = [
  { find: /^@uis-call\/bff$/, replacement: file("packages/bff/src/index.ts") },
  { find: /^@uis-call\/bff\/tokens$/, replacement: file("packages/bff/src/tokens.ts") },
  { find: /^@uis-call\/testing\/(.*)$/, replacement: file("packages/testing/src/$1.ts") },
];

export default defineConfig({
  test: {
    projects: [
      ...["shared", "simulator"].map((name) => ({
        test: {
          name,
          root: `packages/${name}`,
          include: ["src/**/*.test.ts"],
          isolate,
          maxWorkers: UNIT_WORKERS,
        },
      })),
      {
        resolve: { alias: SOURCES },
        test: {
          name: "bff",
          root: "packages/bff",
          include: ["src/**/*.test.ts"],
          globalSetup: "../testing/src/postgres-setup.ts",
          isolate,
          restoreMocks: true,
          // Long enough for a slow shared machine. A test that never ends still fails.
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
          isolate,
          testTimeout: 60_000,
          hookTimeout: 60_000,
          retry,
          expect: { poll: { timeout: 15_000 } },
          maxWorkers: BROWSER_WORKERS,
          // Vitest requires that projects with different numbers of workers run in different groups.
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
