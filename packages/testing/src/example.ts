import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { openDatabase } from "@uis-call/bff";
import { killCommands, runCommand, startCommand } from "./cli.js";
import { sqliteUrl } from "./databases.js";
import { LeakScan, requireNone } from "./leak-scan.js";
import { Visitor } from "./visitor.js";

/** Path of the example configuration with which the documentation begins. */
export const example = fileURLToPath(new URL("../../../examples/acme.yaml", import.meta.url));

export const ENVIRONMENT = {
  ACME_UIS_PASSWORD: "planted-password",
  SESSION_SECRET: "0123456789abcdef0123456789abcdef",
};

/**
 * Creates a copy of the example configuration with one more line of YAML for its tenant. @returns the path of the copy
 */
export function exampleWith(line: string): string {
  const file = join(mkdtempSync(join(tmpdir(), "uis-call-")), "example.yaml");
  writeFileSync(file, readFileSync(example, "utf8").replace("- id: acme\n", `- id: acme\n    ${line}\n`));
  return file;
}

const searches: (() => Promise<string[]>)[] = [];

/**
 * Ends the backends that a test has left running. Then searches their logs, HTTP responses and databases for secrets,
 * and throws if it finds one.
 */
export async function killAll(): Promise<void> {
  await killCommands();
  const finds: string[] = [];
  for (const search of searches.splice(0)) finds.push(...(await search()));
  requireNone(finds);
}

/**
 * Searches the log, the HTTP responses and the database of a backend that has ended. Returns the secrets that it finds.
 */
async function searchOf(leakScan: LeakScan, visitors: readonly Visitor[], log: Promise<string>, url: string) {
  const db = await openDatabase(url);
  const inDatabase = await leakScan.findsInDatabase(db).finally(() => db.close());
  const answers = visitors.flatMap(({ seen }) => seen);
  const lines = (await log).split("\n");
  return [...inDatabase, ...leakScan.findsInAnswers(answers), ...leakScan.findsInLog(lines)];
}

export const run = (args: string[], environment: Record<string, string> = ENVIRONMENT, input = "") =>
  runCommand(args, { environment }, input);

/**
 * Creates a copy of the example configuration that never requires a proof of work, because some tests request many
 * calls.
 */
function withoutGuards(): string {
  const file = join(mkdtempSync(join(tmpdir(), "uis-call-")), "calls.yaml");
  writeFileSync(file, readFileSync(example, "utf8").replace(/^ {4}targets:/m, "    proof: never\n$&"));
  return file;
}

/** Starts a backend with the example configuration, in a process of its own. Waits until the backend is ready. */
export async function startExample(
  environment: Record<string, string> = {},
  configuration = withoutGuards(),
) {
  const { DATABASE_URL = sqliteUrl() } = environment;
  const given = { ...ENVIRONMENT, ...environment };
  const leakScan = new LeakScan();
  leakScan.secret(...Object.values(given).filter((value) => /^[\w-]{16,}$/.test(value)));
  const backend = await startCommand(configuration, { environment: { ...given, DATABASE_URL } });
  const { url, output } = backend;
  const visitors: Visitor[] = [];
  searches.push(() => searchOf(leakScan, visitors, output, DATABASE_URL));
  return {
    ...backend,
    async visitor() {
      const visitor = new Visitor(url, leakScan, visitors);
      await visitor.open("acme", { origin: "https://www.example.com" });
      return visitor;
    },
  };
}
