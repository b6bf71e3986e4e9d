#!/usr/bin/env node
import { parseArgs } from "node:util";
import { ConfigurationError, readConfiguration } from "./config/configuration-file.js";
import { readSettings } from "./config/settings.js";
import { startServer } from "./server.js";

const USAGE = `usage: uis-call-bff start --config FILE    run the backend
       uis-call-bff check --config FILE    check the configuration: exit 0, or 1 with every problem listed

FILE may also be named by UIS_CALL_CONFIG. Other settings come from the environment: PORT, HOST, PUBLIC_URL,
SESSION_SECRET, DATABASE_URL, TRUST_PROXY, LOG_LEVEL.`;

async function main(): Promise<void> {
  const { command, file } = readArguments();
  if (command === "check") {
    const { tenants } = readConfiguration(file, process.env);
    console.log(`${file}: ok, ${tenants.map((tenant) => tenant.id).join(", ")}`);
    return;
  }
  const server = await startServer(readSettings(process.env), file, process.env);
  for (const signal of ["SIGTERM", "SIGINT"] as const) {
    process.once(signal, () => void server.stop().then(() => process.exit(0)));
  }
}

function readArguments(): { command: "start" | "check"; file: string } {
  const { values, positionals } = parseArgs({
    options: { config: { type: "string" }, help: { type: "boolean", short: "h" } },
    allowPositionals: true,
  });
  const [command] = positionals;
  if (values.help === true) {
    console.log(USAGE);
    process.exit(0);
  }
  const file = values.config ?? process.env["UIS_CALL_CONFIG"];
  if ((command !== "start" && command !== "check") || positionals.length > 1 || file === undefined) {
    throw new ConfigurationError([USAGE]);
  }
  return { command, file };
}

main().catch((error: unknown) => {
  console.error(explain(error));
  process.exit(1);
});

function explain(error: unknown): string {
  if (error instanceof ConfigurationError) return error.message;
  const { code, port, message } = error as NodeJS.ErrnoException & { port?: number };
  if (code === "EADDRINUSE")
    return `port ${String(port)} is in use: stop what listens there, or set PORT to another`;
  if (code?.startsWith("ERR_PARSE_ARGS") === true) return `${message}\n${USAGE}`;
  return error instanceof Error
    ? `${error.message}${error.cause instanceof Error ? `: ${error.cause.message}` : ""}`
    : String(error);
}
