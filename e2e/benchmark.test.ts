import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";

interface Seed {
  seedDatabase: (file: string, size: { calls: number; sessions: number }) => void;
}
interface Contender {
  startContender: (
    name: string,
    uisUrl: string,
    options: { database: string },
  ) => Promise<{ stop: () => Promise<void> }>;
}

const load = async <Module>(file: string): Promise<Module> =>
  (await import(new URL(`../bench/${file}`, import.meta.url).href)) as Module;

it("the benchmark fills a database of the backend with past calls and sessions", async () => {
  const { seedDatabase } = await load<Seed>("seed.js");
  const { startContender } = await load<Contender>("contender.js");
  const database = join(mkdtempSync(join(tmpdir(), "uis-call-")), "calls.db");
  // The first start creates the tables.
  const backend = await startContender("ours", "http://127.0.0.1:1/v1", { database });
  await backend.stop();
  expect(() => {
    seedDatabase(database, { calls: 20, sessions: 2 });
  }).not.toThrow();
});
