import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

/**
 * On two processors. Unit tests wait for disks and clocks the third part of their time, browsers do not wait, and each of
 * the crash tests waits half of its time, for a frozen backend or for a note to be free again.
 */
const [UNIT_WORKERS, BROWSER_WORKERS, CRASH_WORKERS] = [3, 2, 2];

/** Test files of a worker share loaded modules, which load longer than many tests run. Tests restore what they replace. */
const isolate = false;

/** Retries in CI: a shared machine may stall for seconds. A test that fails twice in a row is broken. */
const retry = process.env["CI"] === undefined ? 0 : 1;

const file = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

/** Tests of the backend try its sources, also by way of what starts it: nothing built before, and each module once. */
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
          // Machines are shared: what hangs is found all the same.
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
