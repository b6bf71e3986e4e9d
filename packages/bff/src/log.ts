import { type Logger, pino } from "pino";

export type { Logger };

/**
 * Matches text that must not be logged. The alternatives of the expression match, in this order:
 *
 * - `kept`, text that stays as it is: a backslash with the JSON escape after it, because an escape must not be
 *   cut in two; and UUIDs, because their digits may look like a telephone number;
 * - secrets: values of `Authorization`, webhook secrets, JWT and JWE, any text as long as a session token, key
 *   or hash, and the opt-out code as it is spoken (six digits with spaces between them);
 * - telephone numbers: ten digits of any script with the usual punctuation between them, or seven such digits
 *   after a plus sign.
 */
const SCRUBBED =
  /(?<kept>\\(?:u[\da-f]{4}|.)|(?<![\w-])[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}(?![\w-]))|\b(?:bearer|basic)\s{1,3}[\w.~+/=-]{8,}|\bwhsec_[\w+/=-]{4,}|\beyJ[\w-]{4,}(?:\.[\w-]*){1,4}|[\w+-]{40,}={0,2}|(?<!\d)(?:\d ){5}\d(?! ?\d)|\+(?:(?:[\s()./_\p{Pd}]|\\[nrt]){0,3}\p{Nd}){7,}|\p{Nd}(?:(?:[\s()./_\p{Pd}]|\\[nrt]){0,3}\p{Nd}){9,}/giu;

const replaced = (text: string, by: string): string =>
  text.replaceAll(SCRUBBED, (found: string, ...rest: unknown[]) => {
    const { kept } = rest.at(-1) as { kept: string | undefined };
    return kept === undefined ? by : found;
  });

/** Masks possible telephone numbers and secrets in text that comes from outside. */
export const maskNumbers = (text: string): string => replaced(text, "•••");

/** Masks a line of JSON and keeps it valid JSON. */
function scrubLine(line: string): string {
  const scrubbed = maskNumbers(line);
  // Masks with `0` instead of `•••` if the line would not be valid JSON otherwise. This happens if the masked
  // text was a JSON number, which has no quotes.
  const json = scrubbed === line || isJson(scrubbed) ? scrubbed : replaced(line, "0");
  return printable(json);
}

/**
 * Escapes, as JSON does, control characters and invisible characters that JSON leaves as they are. A terminal would
 * interpret them, or show the text around them in another order. Line ends and tabs stay.
 */
export const printable = (text: string): string =>
  text.replaceAll(/(?![\n\t])[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, (character) =>
    character
      .split("")
      .map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`)
      .join(""),
  );

function isJson(line: string): boolean {
  try {
    JSON.parse(line);
    return true;
  } catch {
    return false;
  }
}

/**
 * Creates the logger. Callers never pass telephone numbers or secrets to it; as a second safeguard, the logger
 * masks every line. Times are in ISO 8601, because a time in milliseconds would look like a telephone number.
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

/**
 * Describes an error and its causes by name, code, message and stack. Message and stack are masked, because
 * they may quote a request.
 */
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
