import { parseArgs } from "node:util";
import { z } from "zod";
import type { ExchangeCall } from "./exchange/call.js";
import { type Clock, systemClock } from "./exchange/clock.js";
import { blanked, type RpcRecord } from "./records.js";
import { readScript } from "./script-file.js";
import { Script } from "./script.js";
import { demoAccount, UisSimulator } from "./simulator.js";

const USAGE = `uis-simulator --port N [options]

  --port N                  where to listen; 0 takes a free port
  --host ADDRESS            default 127.0.0.1
  --login NAME              the account; default demo
  --password PASSWORD       default demo
  --service-number DIGITS   the account's number; default 74990000000
  --answer-after SECONDS    all phones answer by themselves; default: they wait for a command
  --script FILE             plays a scripted day: who answers when, when UIS fails; see README.md
  --help`;

/** The output streams and the exit of the process that runs the command. */
export interface Terminal {
  print(line: string): void;
  complain(line: string): void;
  exit(code: number): void;
}

const argumentsSchema = z.object({
  port: z.coerce.number("expected a port, 0 to 65535").int().min(0).max(65535),
  host: z.string(),
  login: z.string(),
  password: z.string(),
  "service-number": z.string().regex(/^\d{7,15}$/, "expected 7 to 15 digits"),
  "answer-after": z.coerce.number("expected seconds").nonnegative().optional(),
  script: z.string().optional(),
});

type Arguments = z.infer<typeof argumentsSchema>;

const OPTIONS = {
  port: { type: "string" },
  host: { type: "string", default: "127.0.0.1" },
  login: { type: "string", default: demoAccount.login },
  password: { type: "string", default: demoAccount.password },
  "service-number": { type: "string", default: "74990000000" },
  "answer-after": { type: "string" },
  script: { type: "string" },
} as const;

/**
 * Runs the simulator with the options of the command line. Prints the requests, the responses and the course of each
 * telephone call.
 *
 * @param clock clock of the calls and of the script; default: the system's clock
 * @returns a function that stops the simulator. After an error (exit 1) or `--help` (exit 0), it does nothing.
 */
export async function runCommand(
  argv: string[],
  terminal: Terminal,
  clock: Clock = systemClock,
): Promise<() => Promise<void>> {
  if (argv.includes("--help")) {
    terminal.print(USAGE);
    terminal.exit(0);
    return nothing;
  }
  try {
    return await run(readArguments(argv), terminal, clock);
  } catch (error) {
    terminal.complain(messageOf(error));
    terminal.exit(1);
    return nothing;
  }
}

const nothing = (): Promise<void> => Promise.resolve();

async function run(options: Arguments, terminal: Terminal, clock: Clock): Promise<() => Promise<void>> {
  const print = (line: string): void => terminal.print(line);
  const entries = options.script === undefined ? undefined : readScript(options.script);
  const uis = createSimulator(options, clock);
  try {
    await uis.start(options);
  } catch (error) {
    throw new Error(listenProblem(error, options.port), { cause: error });
  }
  print(`UIS simulator: ${uis.url} · page ${uis.origin}/`);
  narrate(uis, print);
  const script = entries && new Script(entries, uis, clock, print);
  script?.begin();
  return () => {
    script?.stop();
    return uis.stop();
  };
}

function readArguments(argv: string[]): Arguments {
  try {
    const checked = argumentsSchema.safeParse(parseArgs({ args: argv, options: OPTIONS }).values);
    if (checked.success) return checked.data;
    const problems = checked.error.issues.map(({ path, message }) => `--${path.join(".")}: ${message}`);
    throw new Error(problems.join("\n"));
  } catch (error) {
    throw new Error(`${messageOf(error)}\n\n${USAGE}`, { cause: error });
  }
}

function createSimulator(options: Arguments, clock: Clock): UisSimulator {
  const { login, password, "service-number": serviceNumber, "answer-after": seconds } = options;
  return new UisSimulator({
    clock,
    accounts: [{ login, password, serviceNumbers: [serviceNumber] }],
    settings: seconds === undefined ? {} : { answerByThemselves: { visitor: seconds, office: seconds } },
  });
}

function listenProblem(error: unknown, port: number): string {
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  if (code === "EADDRINUSE") return `Port ${port} is in use: stop what runs there, or give another --port`;
  if (code === "EACCES") return `Port ${port} is not open to you: give a --port above 1023`;
  return messageOf(error);
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** Prints each request, each response and each line of the timeline of a telephone call. */
function narrate(uis: UisSimulator, print: (line: string) => void): void {
  const told = new Map<ExchangeCall, number>();
  uis.exchange.on("change", (call) => {
    for (const { t, text } of call.timeline.slice(told.get(call) ?? 0)) {
      print(`call ${call.id}  t+${t.toFixed(1)}  ${text}`);
    }
    told.set(call, call.timeline.length);
  });
  uis.exchange.on("reset", () => told.clear());
  uis.requests.on("change", (record) => {
    const line = requestLine(record);
    if (line) print(line);
  });
}

function requestLine(record: RpcRecord): string | undefined {
  const { method, id, params, httpStatus, answer, answeredAt } = blanked(record);
  const name = `${method ?? "request"} #${JSON.stringify(id ?? null)}`;
  if (answeredAt === undefined)
    return params === undefined ? undefined : `→ ${name} ${JSON.stringify(params)}`;
  if (httpStatus === undefined) return `← ${name} connection closed`;
  return `← ${name} ${httpStatus} ${typeof answer === "string" ? answer : JSON.stringify(answer)}`;
}
