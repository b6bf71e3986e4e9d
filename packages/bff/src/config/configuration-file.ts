import { readFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { type Document, isMap, isPair, isScalar, LineCounter, parseDocument } from "yaml";
import type { z } from "zod";
import { type Configuration, configurationSchema, type SecretSource } from "./configuration.js";
import { hintFor } from "./hints.js";
import { warningsOf } from "./warnings.js";

/**
 * Error that lists everything that is wrong with a configuration. Each problem is one line with file, line,
 * path and hint.
 */
export class ConfigurationError extends Error {
  readonly problems: readonly string[];

  constructor(problems: string[]) {
    super(problems.join("\n"));
    this.name = "ConfigurationError";
    this.problems = problems;
  }
}

/**
 * Reads and checks the configuration file.
 *
 * @param environment variables in which `{ env: NAME }` references are looked up
 * @param warn receives a line for each place that is valid, but probably not what its author wants
 * @throws ConfigurationError with all problems found; none of them quotes a secret
 */
export function readConfiguration(
  file: string,
  environment: Record<string, string | undefined>,
  warn?: (line: string) => void,
): Configuration {
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? "unreadable";
    throw new ConfigurationError([`${file}: cannot be read (${code}): name an existing file with --config`]);
  }
  const secrets = secretSource(dirname(resolve(file)), environment);
  return parseConfiguration(text, secrets, file, warn);
}

/** Like {@link readConfiguration}, but for text that has been read already. Error messages name it `file`. */
export function parseConfiguration(
  text: string,
  secrets: SecretSource,
  file: string,
  warn: (line: string) => void = () => undefined,
): Configuration {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  if (document.errors.length > 0) {
    throw new ConfigurationError(
      document.errors.map(
        (error) =>
          `${file}:${String(lines.linePos(error.pos[0]).line)}: ${error.message.split("\n")[0] ?? ""}`,
      ),
    );
  }
  const written: unknown = document.toJS();
  const told = (problems: Problem[]): string[] =>
    problems
      .map(({ path, message }) => ({ line: lineOf(path, document, lines), path, message }))
      .sort((one, other) => one.line - other.line)
      .map(({ line, path, message }) => `${file}:${String(line)}: ${dotted(path)}: ${message}`);
  const parsed = configurationSchema(secrets).safeParse(written, { error: hintFor });
  if (!parsed.success)
    throw new ConfigurationError(told(parsed.error.issues.flatMap((issue) => flatten(issue))));
  told(warningsOf(parsed.data, written)).forEach(warn);
  return parsed.data;
}

function secretSource(folder: string, environment: Record<string, string | undefined>): SecretSource {
  return {
    variable: (name) => environment[name],
    file: (path) => {
      try {
        return readFileSync(resolve(folder, path), "utf8").trimEnd();
      } catch {
        return undefined;
      }
    },
  };
}

interface Problem {
  path: PropertyKey[];
  message: string;
}

/**
 * Splits an issue into single problems. For a union, these are the problems of the closest branch. Each unknown
 * key is a problem of its own.
 */
function flatten(issue: z.core.$ZodIssue): Problem[] {
  if (issue.code === "invalid_union") {
    const nested = closestBranch(issue.errors);
    if (nested !== undefined && nested.length > 0) {
      return nested.flatMap((inner) => flatten({ ...inner, path: [...issue.path, ...inner.path] }));
    }
  }
  if (issue.code === "unrecognized_keys") {
    const messages = issue.message.split("\n");
    return issue.keys.map((key, index) => ({ path: [...issue.path, key], message: messages[index] ?? "" }));
  }
  return [issue];
}

/**
 * Codes of issues about a value of the wrong kind. If a branch of a union has such an issue about the value as
 * a whole, the author of the file meant another branch.
 */
const NOT_MEANT: ReadonlySet<string> = new Set(["invalid_type", "invalid_value"]);

/**
 * Returns the branch of a union that has the fewest issues. Leaves out branches for which the value has the
 * wrong type.
 */
function closestBranch(branches: readonly z.core.$ZodIssue[][]): z.core.$ZodIssue[] | undefined {
  return branches
    .filter((issues) => !issues.some(({ code, path }) => path.length === 0 && NOT_MEANT.has(code)))
    .sort((one, other) => one.length - other.length)[0];
}

function dotted(path: readonly PropertyKey[]): string {
  const text = path.map((key) => (typeof key === "number" ? `[${String(key)}]` : `.${String(key)}`)).join("");
  return text === "" ? "(the file)" : text.replace(/^\./, "");
}

/** Returns the line of the deepest part of `path` that exists in the file. */
function lineOf(path: readonly PropertyKey[], document: Document, lines: LineCounter): number {
  for (let depth = path.length; depth > 0; depth--) {
    const offset = offsetOf(path.slice(0, depth), document);
    if (offset !== undefined) return lines.linePos(offset).line;
  }
  return 1;
}

function offsetOf(path: readonly PropertyKey[], document: Document): number | undefined {
  const parent = path.length === 1 ? document.contents : document.getIn(path.slice(0, -1), true);
  const key = path.at(-1);
  if (isMap(parent)) {
    const pair = parent.items.find((item) => isPair(item) && isScalar(item.key) && item.key.value === key);
    return isScalar(pair?.key) ? pair.key.range?.[0] : undefined;
  }
  const node = document.getIn(path, true) as { range?: [number, number, number] } | undefined;
  return node?.range?.[0];
}
