import { parseArgs } from "node:util";
import { z } from "zod";
import type { ExchangeCall } from "./call.js";
import { blanked, type RpcRecord } from "./records.js";
import { demoAccount, UisSimulator } from "./simulator.js";

const USAGE = `uis-simulator --port N [options]

  --port N                  where to listen; 0 takes a free port
  --host ADDRESS            default 127.0.0.1
  --login NAME              the account; default demo
  --password PASSWORD       default demo
  --service-number DIGITS   the account's number; default 74990000000
  --answer-after SECONDS    everybody picks up by themselves; default: they wait for a command
  --help`;

/** What the command does to the process that runs it. */
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
});

/**
 * Runs the simulator as its command line asks and prints what it does.
 *
 * @returns what stops it; after a refusal (exit 1) or `--help` (exit 0) there is nothing to stop
 */
export async function runCommand(argv: string[], terminal: Terminal): Promise<() => Promise<void>> {
  const nothing = (): Promise<void> => Promise.resolve();
  const refuse = (reason: string): (() => Promise<void>) => {
    terminal.complain(reason);
    terminal.exit(1);
    return nothing;
  };
  if (argv.includes("--help")) {
    terminal.print(USAGE);
    terminal.exit(0);
    return nothing;
  }
  let options: z.infer<typeof argumentsSchema>;
  try {
    options = readArguments(argv);
  } catch (error) {
    return refuse(`${messageOf(error)}\n\n${USAGE}`);
  }
  const uis = createSimulator(options);
  try {
    await uis.start(options);
  } catch (error) {
    return refuse(listenProblem(error, options.port));
  }
  terminal.print(`UIS simulator: ${uis.url} · page ${uis.origin}/`);
  narrate(uis, (line) => terminal.print(line));
  return () => uis.stop();
}

function readArguments(argv: string[]): z.infer<typeof argumentsSchema> {
  const { values } = parseArgs({
    args: argv,
    options: {
      port: { type: "string" },
      host: { type: "string", default: "127.0.0.1" },
      login: { type: "string", default: demoAccount.login },
      password: { type: "string", default: demoAccount.password },
      "service-number": { type: "string", default: "74990000000" },
      "answer-after": { type: "string" },
    },
  });
  const checked = argumentsSchema.safeParse(values);
  if (checked.success) return checked.data;
  throw new Error(
    checked.error.issues.map((issue) => `--${issue.path.join(".")}: ${issue.message}`).join("\n"),
  );
}

function createSimulator(options: z.infer<typeof argumentsSchema>): UisSimulator {
  const { login, password, "service-number": serviceNumber, "answer-after": seconds } = options;
  return new UisSimulator({
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

/** Prints requests, answers and timeline lines as they come. */
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
