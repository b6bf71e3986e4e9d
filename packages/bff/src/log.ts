import { type Logger, pino } from "pino";

export type { Logger };

/**
 * What is looked for, each in its turn at every place of a text. First what is kept: a backslash with what it stands
 * before in JSON, since cut in two, the line would be JSON no more; and UUIDs, whose digits may look like a number. Then
 * secrets: of `Authorization`; of webhooks; JWT and JWE; whatever is as long as a session token, a key or a hash; the
 * opt-out code, as it is told. Then numbers: ten digits of any script with the usual punctuation between, seven
 * behind a plus.
 */
const SCRUBBED =
  /(?<kept>\\(?:u[\da-f]{4}|.)|(?<![\w-])[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}(?![\w-]))|\b(?:bearer|basic)\s{1,3}[\w.~+/=-]{8,}|\bwhsec_[\w+/=-]{4,}|\beyJ[\w-]{4,}(?:\.[\w-]*){1,4}|[\w+-]{40,}={0,2}|(?<!\d)(?:\d ){5}\d(?! ?\d)|\+(?:(?:[\s()./_\p{Pd}]|\\[nrt]){0,3}\p{Nd}){7,}|\p{Nd}(?:(?:[\s()./_\p{Pd}]|\\[nrt]){0,3}\p{Nd}){9,}/giu;

const replaced = (text: string, by: string): string =>
  text.replaceAll(SCRUBBED, (found: string, ...rest: unknown[]) => {
    const { kept } = rest.at(-1) as { kept: string | undefined };
    return kept === undefined ? by : found;
  });

/** Blanks what could be a telephone number or a secret. For texts that come from outside. */
export const maskNumbers = (text: string): string => replaced(text, "•••");

/** The same for a line of JSON, which stays one. */
function scrubLine(line: string): string {
  const scrubbed = maskNumbers(line);
  // A number in JSON has no quotes around it to hold the bullets: a nought does.
  const json = scrubbed === line || isJson(scrubbed) ? scrubbed : replaced(line, "0");
  // JSON leaves these as they are, and a terminal obeys them.
  return json.replaceAll(/[\u007f-\u009f]/g, (control) => `\\u00${control.charCodeAt(0).toString(16)}`);
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
