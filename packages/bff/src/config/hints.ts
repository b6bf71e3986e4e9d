import type { z } from "zod";

/**
 * Sets the hint of a schema. The hint begins with "required" if the value is missing. An invalid key of a
 * record gets the hint of the key's own schema.
 */
export const hint = (text: string) => ({
  error: ({ code, input }: z.core.$ZodRawIssue) => {
    if (code === "invalid_key") return undefined;
    return input === undefined ? `required: ${text}` : text;
  },
});

/**
 * Returns how to fix an issue whose schema has no hint, because zod itself only says what it expected. For
 * several unknown keys, returns one line per key.
 */
export function hintFor(issue: z.core.$ZodRawIssue): string | undefined {
  switch (issue.code) {
    case "invalid_type":
      return wrongType(issue.input, issue.expected, issue.path);
    case "invalid_value":
      return `write ${alternatives(issue.values.map(String))}`;
    case "too_small":
      if (issue.origin === "string") return "write something here, or take it out";
      return issue.origin === "array" ? "list at least one" : `write ${String(issue.minimum)} or more`;
    case "too_big":
      return `${issue.origin === "array" ? "list" : "write"} ${String(issue.maximum)} or less`;
    case "invalid_key":
      return issue.issues.map(({ message }) => message).join("; ");
    case "unrecognized_keys":
      return issue.keys.map((key) => unknownKey(key, knownTo(issue.inst))).join("\n");
    // Schemas have their own hints for issues with these codes.
    case "invalid_format":
    case "invalid_union":
    case "custom":
    case "invalid_element":
    case "not_multiple_of":
      return undefined;
  }
}

function wrongType(input: unknown, expected: string, path: PropertyKey[] = []): string {
  if (path.length === 0) return "write a mapping beginning with tenants:";
  const wanted = KINDS[expected] ?? expected;
  if (input === undefined) return `required: write ${wanted}`;
  if (expected === "string" && (typeof input === "number" || typeof input === "boolean"))
    return "put it in quotes";
  return `write ${wanted}`;
}

const KINDS: Record<string, string> = {
  string: "a text",
  boolean: "true or false",
  number: "a whole number",
  int: "a whole number",
  array: "a list, e.g. [one, two]",
  object: "a mapping, e.g. { name: value }",
  record: "a mapping, e.g. { name: value }",
};

function alternatives(words: string[]): string {
  const last = words.pop() ?? "";
  return words.length === 0 ? last : `${words.join(", ")} or ${last}`;
}

const knownTo = (schema: unknown): string[] =>
  Object.keys((schema as { shape?: Record<string, unknown> } | undefined)?.shape ?? {});

function unknownKey(key: string, known: string[]): string {
  const near = known.filter((name) => distance(key.toLowerCase(), name.toLowerCase()) <= key.length / 3);
  return near.length === 0
    ? "unknown setting; take it out or correct its name"
    : `unknown setting; did you mean ${alternatives(near)}?`;
}

/**
 * Returns the Damerau-Levenshtein distance: how many letters must be added, removed, replaced or swapped with a
 * neighbour.
 */
function distance(from: string, to: string): number {
  const rows = [Array.from({ length: to.length + 1 }, (_, column) => column)];
  const at = (row: number, column: number): number => rows[row]?.[column] ?? Infinity;
  for (let row = 1; row <= from.length; row++) {
    rows.push([row]);
    for (let column = 1; column <= to.length; column++) {
      const same = from[row - 1] === to[column - 1];
      const swapped = from[row - 1] === to[column - 2] && from[row - 2] === to[column - 1];
      rows[row]?.push(
        Math.min(
          at(row - 1, column) + 1,
          at(row, column - 1) + 1,
          at(row - 1, column - 1) + (same ? 0 : 1),
          swapped ? at(row - 2, column - 2) + 1 : Infinity,
        ),
      );
    }
  }
  return at(from.length, to.length);
}
