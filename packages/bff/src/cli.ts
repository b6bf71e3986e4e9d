#!/usr/bin/env node
import { parseArgs } from "node:util";
import { leadOf, leads } from "./calls/leads.js";
import { systemClock } from "./clock.js";
import { ConfigurationError, readConfiguration } from "./config/configuration-file.js";
import { BASE_PATH, checkSettings, readSettings } from "./config/settings.js";
import { readAll } from "./commands/check.js";
import {
  BLOCK_COMMANDS,
  exportNumber,
  forgetNumber,
  type NumberCommand,
  readNumber,
  readNumberIfAny,
} from "./commands/numbers.js";
import { embedLines } from "./commands/embed.js";
import { printable } from "./log.js";
import { backUp } from "./store/backup.js";
import { copyAll } from "./store/copy.js";
import { bans, liftBan } from "./store/bans.js";
import { type Database, openExisting, openDatabase } from "./store/database.js";
import { type NumberCipher, openNumberCipher } from "./store/number-cipher.js";
import { activePauses, ALL_TENANTS, hasCalls, pauseCalls, resumeCalls } from "./store/pauses.js";
import type { PauseReason } from "./store/tables.js";
import { makeToken } from "./commands/token.js";

const USAGE = `usage: uis-call-bff start --config FILE    run the backend
       uis-call-bff check --config FILE    check it and the settings that are set: exit 0, or 1 with every problem listed;
                                           warnings go to standard error
       uis-call-bff backup FILE            copy the SQLite database while the backend runs; the copy is in quarantine
       uis-call-bff pause [--tenant ID]    dial nothing from now on; requests are kept for people
       uis-call-bff resume [--tenant ID]   dial again
       uis-call-bff quarantine             the same as pause, for a database restored from a backup
       uis-call-bff release                end of quarantine
       uis-call-bff bans list              sessions that are not served, a line of JSON each
       uis-call-bff bans lift VISITOR      lift a ban
       uis-call-bff leads [--since TIME] [--tenant ID]
                                           calls left to a person, with numbers, a line of JSON each
       uis-call-bff blocks list            blocked numbers: id, time, and whether by code or operator
       uis-call-bff blocks add|lift        block a number for all tenants, or call it again
       uis-call-bff export                 everything stored about a number, a line of JSON each
       uis-call-bff forget                 erase a number from all its calls
                                           blocks, export and forget take the number from standard input
       uis-call-bff copy --to postgres://… copy everything from SQLite; stop the backend first
       uis-call-bff token identity --config FILE --tenant ID --sub USER
       uis-call-bff token sealed --config FILE --tenant ID --target ID
                                           a token to try a page out with; the number comes from standard input
       uis-call-bff embed --config FILE [--tenant ID] [--target ID]
                                           the lines for a page, with the script's version and integrity

FILE may also be named by UIS_CALL_CONFIG. Other settings come from the environment: PORT, HOST,
PUBLIC_URL, SESSION_SECRET, DATABASE_URL, TRUST_PROXY, WEBHOOK_PRIVATE_HOSTS, METRICS_PORT, METRICS_HOST, LOG_LEVEL,
HTTPS_PROXY, NO_PROXY, WEBHOOK_PROXY.`;

/** Prints a line of the output. It may contain what a stranger has sent, so nothing reaches the terminal unescaped. */
const print = (line: string): void => console.log(printable(line));
/** Prints a line for the operator, apart from the output. */
const tell = (line: string): void => console.error(printable(line));

interface Arguments {
  /** Positional arguments after the command. */
  rest: string[];
  config?: string | undefined;
  to?: string | undefined;
  since?: string | undefined;
  tenant?: string | undefined;
  target?: string | undefined;
  sub?: string | undefined;
}

const COMMANDS: Record<string, (args: Arguments) => Promise<void>> = {
  start: async (args) => {
    const { configuration, settings, warnings } = readAll(configurationFile(args), process.env, readSettings);
    // Loads the server only here, because the other commands start sooner without it.
    const { startServer } = await import("./server.js");
    const server = await startServer(settings, configuration, warnings);
    for (const signal of ["SIGTERM", "SIGINT"] as const) {
      process.once(signal, () => void server.stop().then(() => process.exit(0)));
    }
  },
  check: async (args) => {
    const file = configurationFile(args);
    const { configuration, warnings } = readAll(file, process.env, checkSettings);
    for (const warning of warnings) tell(`warning: ${warning}`);
    print(`${file}: ok, ${configuration.tenants.map((tenant) => tenant.id).join(", ")}`);
    return Promise.resolve();
  },
  backup: async ({ rest: [file] }) => {
    if (file === undefined) throw misused("name the file to write: uis-call-bff backup FILE");
    await backUp(databaseUrl(), file, systemClock.now());
    print(`${file}: a copy in quarantine; to dial from it: uis-call-bff release`);
  },
  pause: ({ tenant }) => pause("calls_stopped", tenant),
  resume: ({ tenant }) => resume("calls_stopped", tenant, "calls were not paused"),
  quarantine: () => pause("restored"),
  release: () => resume("restored", undefined, "there was no quarantine"),
  bans: ({ rest: [what, visitor] }) => {
    if (what === "list" && visitor === undefined) {
      return withDatabase(async (db) => {
        for (const ban of await bans(db, systemClock.now())) print(JSON.stringify(ban));
      });
    }
    if (what !== "lift" || visitor === undefined)
      throw misused("say what to do: bans list, or bans lift VISITOR");
    return withDatabase(async (db) => {
      print((await liftBan(db, visitor)) ? "served again" : "no such visitor is banned");
    });
  },
  leads: ({ since, tenant }) =>
    withDatabase(async (db) => {
      const cipher = await cipherOf(db);
      const filter = {
        ...(since !== undefined && { since: timeOf(since) }),
        ...(tenant !== undefined && { tenant }),
      };
      for await (const call of leads(db, filter)) print(JSON.stringify(leadOf(call, cipher)));
    }),
  blocks: ({ rest: [what = ""] }) => {
    const command = Object.hasOwn(BLOCK_COMMANDS, what) ? BLOCK_COMMANDS[what] : undefined;
    if (command === undefined) throw misused("say what to do: blocks list, blocks add or blocks lift");
    return ofANumber(command);
  },
  export: () => ofANumber(exportNumber),
  forget: () => ofANumber(forgetNumber),
  token: async ({ rest: [kind], tenant, target, sub, config }) => {
    const configuration = readConfiguration(configurationFile({ config }), process.env);
    const phone = () => readNumberIfAny(process.stdin, process.stderr);
    print(await makeToken({ kind, tenant, target, sub, phone }, configuration));
  },
  embed: ({ tenant, target, config }) => {
    const configuration = readConfiguration(configurationFile({ config }), process.env);
    const endpoint = `${checkSettings(process.env).publicUrl.href.replace(/\/$/, "")}${BASE_PATH}`;
    print(embedLines({ tenant, target, endpoint }, configuration));
    return Promise.resolve();
  },
  copy: async ({ to }) => {
    if (to === undefined) throw misused("say where to: uis-call-bff copy --to postgres://…");
    const from = await openDatabase(databaseUrl());
    try {
      const target = await openDatabase(to);
      const calls = await copyAll(from, target).finally(() => target.close());
      print(`${String(calls)} calls copied, with all that belongs to them`);
    } finally {
      await from.close();
    }
  },
};

/** Maximum number of positional arguments per command. A command that is not listed takes none. */
const MOST_WORDS: Record<string, number> = { token: 1, backup: 1, bans: 2, blocks: 1 };

async function pause(reason: PauseReason, tenant = ALL_TENANTS): Promise<void> {
  await withDatabase(async (db) => {
    await pauseCalls(db, tenant, reason, systemClock.now());
    print(tenant === ALL_TENANTS ? "nothing is dialled" : `nothing of ${tenant} is dialled`);
    // A mistyped tenant must not look like success.
    if (tenant !== ALL_TENANTS && !(await hasCalls(db, tenant)))
      tell(`there has been no call of ${tenant} yet: check the id against the configuration`);
  });
}

async function resume(reason: PauseReason, tenant = ALL_TENANTS, otherwise: string): Promise<void> {
  await withDatabase(async (db) => {
    const since = await resumeCalls(db, tenant, reason);
    print(since === undefined ? otherwise : `dialling again; it was paused since ${since}`);
    for (const left of await activePauses(db)) print(`still paused: ${JSON.stringify(left)}`);
  });
}

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    options: {
      config: { type: "string" },
      to: { type: "string" },
      since: { type: "string" },
      tenant: { type: "string" },
      target: { type: "string" },
      sub: { type: "string" },
      help: { type: "boolean", short: "h" },
    },
    allowPositionals: true,
  });
  if (values.help === true) {
    print(USAGE);
    return;
  }
  const [command = "", ...rest] = positionals;
  const run = Object.hasOwn(COMMANDS, command) ? COMMANDS[command] : undefined;
  if (run === undefined) throw misused(command === "" ? "name a command" : "there is no such command");
  if (rest.length > (MOST_WORDS[command] ?? 0)) throw misused(excessOf(command));
  await run({ ...values, rest });
}

/**
 * Explains why there are too many arguments. Does not repeat the arguments, because one of them may be a
 * telephone number.
 */
function excessOf(command: string): string {
  if (command === "pause" || command === "resume") return `for one tenant: ${command} --tenant ID`;
  if (["export", "forget", "blocks"].includes(command)) return "the number goes to standard input";
  return `too many arguments after ${command}`;
}

/**
 * Builds an error that shows the usage first and the reason last, so that the reason is visible at the end of
 * the output.
 */
const misused = (why: string): ConfigurationError => new ConfigurationError([USAGE, "", why]);

const databaseUrl = (): string => checkSettings(process.env).databaseUrl;

/** Runs `work` on the existing database. A backend may be using the database at the same time. */
async function withDatabase(work: (db: Database) => Promise<void>): Promise<void> {
  const db = await openExisting(databaseUrl());
  await work(db).finally(() => db.close());
}

/** Opens the number cipher, whose key is encrypted under SESSION_SECRET. */
const cipherOf = (db: Database): Promise<NumberCipher> =>
  openNumberCipher(db, readSettings(process.env).sessionSecrets);

const ofANumber = (command: (of: NumberCommand) => Promise<void>): Promise<void> =>
  withDatabase(async (db) =>
    command({
      db,
      cipher: await cipherOf(db),
      number: () => readNumber(process.stdin, process.stderr),
      clock: systemClock,
      print,
      tell,
    }),
  );

function configurationFile({ config }: Pick<Arguments, "config">): string {
  const file = config ?? process.env["UIS_CALL_CONFIG"];
  if (file === undefined) throw misused("name the configuration: --config FILE");
  return file;
}

function timeOf(text: string): string {
  const time = new Date(text);
  if (Number.isNaN(time.getTime()))
    throw new ConfigurationError(["--since: write a time, e.g. 2026-11-23T09:00Z"]);
  return time.toISOString();
}

main().catch((error: unknown) => {
  tell(explain(error));
  process.exit(1);
});

function explain(error: unknown): string {
  if (error instanceof ConfigurationError) return error.message;
  const { code, port, message } = error as NodeJS.ErrnoException & { port?: number };
  if (code === "EADDRINUSE")
    return `port ${String(port)} is in use: stop what listens there, or set PORT to another`;
  if (code?.startsWith("ERR_PARSE_ARGS") === true) return misused(message).message;
  return error instanceof Error
    ? `${error.message}${error.cause instanceof Error ? `: ${error.cause.message}` : ""}`
    : String(error);
}
