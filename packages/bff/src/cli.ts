#!/usr/bin/env node
import { parseArgs } from "node:util";
import { ConfigurationError, readConfiguration } from "./config/configuration-file.js";
import type { Configuration } from "./config/configuration.js";
import { checkSettings, readSettings } from "./config/settings.js";
import { receiverProblems } from "./handover/receiver-check.js";
import { startServer } from "./server.js";

const USAGE = `usage: uis-call-bff start --config FILE    run the backend
       uis-call-bff check --config FILE    check it and the settings that are there: exit 0, or 1 with every problem listed

FILE may also be named by UIS_CALL_CONFIG. Other settings come from the environment: PORT, HOST, PUBLIC_URL,
SESSION_SECRET, DATABASE_URL, TRUST_PROXY, WEBHOOK_PRIVATE_HOSTS, LOG_LEVEL.`;

async function main(): Promise<void> {
  const { command, file } = readArguments();
  if (command === "check") {
    const [configuration, { webhookPrivateHosts }] = together(
      () => readConfiguration(file, process.env),
      () => checkSettings(process.env),
    );
    requireReceivers(configuration, webhookPrivateHosts);
    console.log(`${file}: ok, ${configuration.tenants.map((tenant) => tenant.id).join(", ")}`);
    return;
  }
  const [settings, configuration] = together(
    () => readSettings(process.env),
    () => readConfiguration(file, process.env),
  );
  requireReceivers(configuration, settings.webhookPrivateHosts);
  const server = await startServer(settings, configuration);
  for (const signal of ["SIGTERM", "SIGINT"] as const) {
    process.once(signal, () => void server.stop().then(() => process.exit(0)));
  }
}

function requireReceivers(configuration: Configuration, privateHosts: readonly string[]): void {
  const problems = receiverProblems(configuration, privateHosts);
  if (problems.length > 0) throw new ConfigurationError(problems);
}

/** Does both, so that one attempt tells everything there is to mend. */
function together<First, Second>(first: () => First, second: () => Second): [First, Second] {
  const problems: string[] = [];
  const attempt = <Result>(work: () => Result): [Result] | [] => {
    try {
      return [work()];
    } catch (error) {
      if (!(error instanceof ConfigurationError)) throw error;
      problems.push(...error.problems);
      return [];
    }
  };
  const results = [...attempt(first), ...attempt(second)];
  if (problems.length > 0) throw new ConfigurationError(problems);
  return results as [First, Second];
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
