import type { TestProject } from "vitest/node";
import { startPostgres } from "./postgres-server.harness.js";

/** One server for the whole run. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const server = await startPostgres();
  project.provide("postgres", server.url);
  return () => server.stop();
}
