import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { fileURLToPath } from "node:url";

/** A row of a table in a document: its id and its other cells. */
export interface Row {
  id: string;
  cells: string[];
}

/**
 * Returns the rows of all tables on a page, grouped by title. The title of a table is the heading above it, or
 * the line above it that ends with a colon.
 */
export function tablesOf(page: string): Record<string, Row[]> {
  const tables: Record<string, Row[]> = {};
  let title = "";
  for (const line of page.split("\n")) {
    title = /^## (.+)$/.exec(line)?.[1] ?? /^([A-Z].*):$/.exec(line)?.[1] ?? title;
    const [id = "", ...cells] = line
      .split("|")
      .slice(1, -1)
      .map((cell) => cell.trim());
    if (/^[A-Z]\d+$/.test(id)) (tables[title] ??= []).push({ id, cells });
  }
  return tables;
}

/**
 * The part of docs/proofs.yaml for one page: the titles of the tests that prove each row, by row id and test
 * file.
 */
export type Proofs = Record<string, Record<string, string[]>>;

/** Returns the part of docs/proofs.md for one page: each row, followed by the list of its tests. */
export function appendixOf(name: string, rows: Row[], proofs: Proofs): string {
  const entries = rows.map(({ id, cells }) => {
    const tests = Object.entries(proofs[id] ?? {}).flatMap(([file, titles]) =>
      titles.map((title) => `- [\`${file}\`](../${file}): ${titleInMarkdown(title)}\n`),
    );
    return `### ${id}\n\n${cells.filter((cell) => cell !== "").join(" → ")}\n\n${tests.join("")}`;
  });
  return `## [${name}](${name})\n\n${entries.join("\n")}`;
}

/**
 * Puts a test title into a code span, so that Markdown does not interpret `*` and `_`. A title that contains a
 * code span itself stays as it is.
 */
const titleInMarkdown = (title: string): string => (title.includes("`") ? title : `\`${title}\``);

/** Replaces the text between the two comments that mark the beginning and the end of `part`. */
export function fill(page: string, part: string, text: string): string {
  const between = new RegExp(`(?<=<!-- ${part}: [^>]+ -->\\n)[^]*?(?=<!-- end of ${part} -->)`);
  if (!between.test(page)) throw new Error(`the page marks no part ${part}`);
  return page.replace(between, () => `\n${text}\n\n`);
}

/** A test as named in docs/proofs.yaml. */
export interface Named {
  file: string;
  title: string;
}

/** Returns the tests that do not run because they are missing, misspelt or skipped. */
export async function missing(named: Named[]): Promise<Named[]> {
  // Parses the test files first, which is quick. Parsing does not expand `it.each`, so the tests it did not
  // find are looked up again without it.
  const notParsed = await notListed(named, "--static-parse");
  return notParsed.length === 0 ? [] : notListed(notParsed);
}

/** Returns the tests that are not in Vitest's list of tests. Vitest does not list skipped tests. */
async function notListed(named: Named[], ...options: string[]): Promise<Named[]> {
  const files = new Set(named.map(({ file }) => file));
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ["node_modules/vitest/vitest.mjs", "list", ...files, "--json", "--no-isolate", ...options],
    { cwd: fileURLToPath(new URL("../../..", import.meta.url)), maxBuffer: 2 ** 24 },
  );
  const listed = JSON.parse(stdout.slice(stdout.indexOf("["))) as { name: string; file: string }[];
  return named.filter(({ file, title }) => {
    const inWords = title.replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&").replaceAll(/%[a-z]/g, ".+");
    const name = new RegExp(`(^|\\W)${inWords}(\\W|$)`);
    return !listed.some((test) => test.file.endsWith(`/${file}`) && name.test(test.name));
  });
}
