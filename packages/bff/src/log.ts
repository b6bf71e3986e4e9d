import { type Logger, pino } from "pino";

export type { Logger };

/** What may stand between the digits of a number, in plain text and in JSON. */
const BETWEEN = String.raw`(?:[\s().\/_\p{Pd}]|\\[nrt]){0,3}`;

/** Of any script. */
const DIGIT = String.raw`\p{Nd}`;

/**
 * What is looked for, each in its turn at every place of a text: what must not be taken apart, then secrets, then
 * numbers. All are of bounded length, or made of one class of letters, so that no text takes long.
 */
const FINDS = {
  // A backslash and what it stands before in JSON: cut in two, the line would be JSON no more.
  escape: String.raw`\\(?:u[\da-f]{4}|.)`,
  // The digits in one may look like a number.
  uuid: String.raw`(?<![\w-])[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}(?![\w-])`,
  authorization: String.raw`\b(?:bearer|basic)\s{1,3}[\w.~+\/=-]{8,}`,
  webhookSecret: String.raw`\bwhsec_[\w+\/=-]{4,}`,
  // JWT and JWE: dots between letters of base64url, the first part an object.
  token: String.raw`\beyJ[\w-]{4,}(?:\.[\w-]*){1,4}`,
  // Session tokens, keys, hashes; nothing that is worth reading in a log is as long.
  secret: String.raw`[\w+-]{40,}={0,2}`,
  // Of a call, told in its message.
  code: String.raw`(?<!\d)(?:\d ){5}\d(?! ?\d)`,
  // With a + seven digits are enough to call somebody.
  number: String.raw`(?:\+${BETWEEN}${DIGIT}(?:${BETWEEN}${DIGIT}){6,}|${DIGIT}(?:${BETWEEN}${DIGIT}){9,})`,
} as const;

type Find = keyof typeof FINDS;

const SCRUBBED = new RegExp(
  Object.entries(FINDS)
    .map(([name, pattern]) => `(?<${name}>${pattern})`)
    .join("|"),
  "giu",
);

const KEPT: readonly Find[] = ["escape", "uuid"];

const replaced = (text: string, by: string): string =>
  text.replaceAll(SCRUBBED, (found: string, ...rest: unknown[]) => {
    const groups = rest.at(-1) as Record<Find, string | undefined>;
    return KEPT.some((name) => groups[name] !== undefined) ? found : by;
  });

/** Blanks what could be a telephone number or a secret. For texts that come from outside. */
export const maskNumbers = (text: string): string => replaced(text, "•••");

/** The same for a line of JSON, which stays one. */
function scrubLine(line: string): string {
  const scrubbed = maskNumbers(line);
  // A number in JSON has no quotes around it to hold the bullets: a nought does.
  return scrubbed === line || isJson(scrubbed) ? scrubbed : replaced(line, "0");
}

function isJson(line: string): boolean {
  try {
    JSON.parse(line);
    return true;
  } catch {
    return false;
  }
}

/**
 * The one logger. Call sites pass no numbers and no secrets; the last line scrubs what slips through all the same.
 * Times are ISO 8601 so that they do not look like one.
 */
export function createLogger(
  level: string,
  write: (line: string) => void = (line) => process.stdout.write(line),
) {
  return pino(
    {
      level,
      base: null,
      timestamp: () => `,"time":"${new Date().toISOString()}"`,
      formatters: { level: (label) => ({ level: label }) },
      serializers: { err: describeError },
    },
    { write: (line: string) => write(scrubLine(line)) },
  );
}

/** Name, code and stack, along the chain of causes; messages of foreign errors may quote what was sent. */
function describeError(error: unknown): unknown {
  if (!(error instanceof Error)) return { name: typeof error };
  const { code } = error as { code?: unknown };
  return {
    name: error.name,
    ...(typeof code === "string" && { code }),
    message: maskNumbers(error.message),
    stack: error.stack === undefined ? undefined : maskNumbers(error.stack),
    ...(error.cause !== undefined && { cause: describeError(error.cause) }),
  };
}
