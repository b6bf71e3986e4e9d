import { type Logger, pino } from "pino";

export type { Logger };

/**
 * Any run of ten or more digits, with the usual punctuation between: a telephone number until proven otherwise. UUIDs
 * are matched first, since the digits in one may look like it.
 */
const UUID_OR_NUMBER = /[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}|\+?\d(?:[\s().-]{0,3}\d){9,}/gi;

const UUID = /^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/i;

/** Blanks what could be a telephone number. For texts that come from outside. */
export const maskNumbers = (text: string): string =>
  text.replaceAll(UUID_OR_NUMBER, (found) => (UUID.test(found) ? found : "•••"));

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
    { write: (line: string) => write(maskNumbers(line)) },
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
