import { readFileSync } from "node:fs";
import { z } from "zod";
import { RPC_ERRORS } from "./v1/json-rpc.js";
import { settingsChangeSchema } from "./exchange/settings.js";

const DAY = 86_400;
const seconds = z.number().nonnegative();
const head = { at: seconds.max(DAY, "a day has 86400 seconds"), note: z.string().optional() };
const count = z.int().nonnegative();

const personEntry = z
  .strictObject({
    ...head,
    phone: z.string().regex(/^\d{7,15}$/, "expected 7 to 15 digits, without +"),
    answerAfter: seconds.nullable().optional(),
    declineAfter: seconds.optional(),
    busy: z.boolean().optional(),
    hangUp: z.literal(true).optional(),
  })
  .refine((entry) => Object.keys(entry).some((key) => key !== "phone" && !(key in head)), {
    message: "say what this person does: answerAfter, declineAfter, busy or hangUp",
  });

const fault = z
  .strictObject({
    method: z.enum(["authenticate", "place_calls"]).optional(),
    status: z.int().min(200).max(599).optional(),
    body: z.string().optional(),
    error: z.literal(Object.values(RPC_ERRORS).map(({ code }) => code)).optional(),
    reset: z.literal(true).optional(),
    silence: z.literal(true).optional(),
    slowBy: z.number().positive().optional(),
  })
  .refine((given) => Object.keys(given).some((key) => key !== "method"), {
    message: "say what goes wrong: status, body, error, reset, silence or slowBy",
  });

const faultEntry = z.strictObject({ ...head, uis: fault, for: z.number().positive().max(DAY) });

const accountEntry = z.strictObject({
  ...head,
  account: z.strictObject({
    limits: z.strictObject({ perMinute: count.optional(), perDay: count.optional() }).optional(),
    allowedAddresses: z.array(z.string()).nullable().optional(),
    active: z.boolean().optional(),
  }),
});

const keysEntry = z.strictObject({ ...head, keys: z.literal("expire") });

const settingsEntry = z.strictObject({ ...head, settings: settingsChangeSchema });

/** The schema of each kind of entry. The key is the property by which an entry of this kind is recognised. */
const kinds = {
  phone: personEntry,
  uis: faultEntry,
  account: accountEntry,
  keys: keysEntry,
  settings: settingsEntry,
};

/**
 * A fault that the simulated UIS has for some time. The properties may be combined.
 *
 * - `method`: the fault affects only requests for this method; by default, it affects every request, also one that
 *   cannot be parsed
 * - `status`: replaces the HTTP status; the body becomes the name of the status as plain text
 * - `body`: replaces the body of the HTTP response
 * - `error`: replaces the response with the documented error that has this code
 * - `reset`: closes the connection instead of sending a response
 * - `silence`: never sends a response
 * - `slowBy`: delays the response by this number of seconds
 */
export type Fault = z.infer<typeof fault>;
export type PersonEntry = z.infer<typeof personEntry>;
export type AccountEntry = z.infer<typeof accountEntry>;
export type ScriptEntry = z.infer<(typeof kinds)[keyof typeof kinds]>;

/**
 * Reads a script from a file. A script is a JSON array of entries `{ "at": second, … }`, each of which says what
 * happens at that second. Returns the entries in the order of their times.
 *
 * @throws Error whose message names the file and each wrong entry, and says what is expected
 */
export function readScript(file: string): ScriptEntry[] {
  const parsed = parse(file, read(file));
  if (!Array.isArray(parsed) || parsed.length === 0) {
    throw new Error(`${file}: expected a list of entries: [ { "at": 0, … }, … ]`);
  }
  const problems: string[] = [];
  const entries = parsed.flatMap((given: unknown, index) => {
    const checked = check(given);
    if ("entry" in checked) return [checked.entry];
    const where = `${file}, entry ${index + 1}${timeOf(given)}`;
    problems.push(...checked.problems.map((problem) => `${where}: ${problem}`));
    return [];
  });
  if (problems.length > 0) throw new Error(problems.join("\n"));
  return entries.sort((a, b) => a.at - b.at);
}

function read(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    throw new Error(`${file}: ${code === "ENOENT" ? "there is no such file" : message}`, { cause: error });
  }
}

function parse(file: string, text: string): unknown {
  try {
    return JSON.parse(text.replace(/^\uFEFF/, ""));
  } catch (error) {
    const { message } = error as Error;
    const position = /at position (\d+)/.exec(message)?.[1];
    const line = position === undefined ? "" : `, line ${text.slice(0, Number(position)).split("\n").length}`;
    throw new Error(`${file}${line}: not JSON: ${message}`, { cause: error });
  }
}

function check(given: unknown): { entry: ScriptEntry } | { problems: string[] } {
  const about = Object.keys(kinds).filter((key) => typeof given === "object" && given && key in given);
  const [kind] = about;
  if (kind === undefined || about.length > 1) {
    return { problems: [`an entry is about one of ${Object.keys(kinds).join(", ")}${found(about)}`] };
  }
  const checked = kinds[kind as keyof typeof kinds].safeParse(given);
  if (checked.success) return { entry: checked.data };
  return {
    problems: checked.error.issues.map(({ path, message }) =>
      path.length === 0 ? message : `${path.join(".")}: ${message}`,
    ),
  };
}

const found = (about: string[]): string => (about.length > 1 ? `: this has ${about.join(" and ")}` : "");

function timeOf(given: unknown): string {
  const at = typeof given === "object" && given && "at" in given ? given.at : undefined;
  return typeof at === "number" ? ` (at ${at})` : "";
}
