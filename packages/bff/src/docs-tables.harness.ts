import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { fileURLToPath } from "node:url";

/** A row of a page's table: its id and its other cells. */
export interface Row {
  id: string;
  cells: string[];
}

/** Returns the rows of a page's tables, by the heading, or line with a colon, above each. */
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

/** Titles of the tests that prove a row, by row id and file: one page's part of docs/proofs.yaml. */
export type Proofs = Record<string, Record<string, string[]>>;

/** Writes one page's part of docs/proofs.md: each row on a line, with its tests below. */
export function appendixOf(name: string, rows: Row[], proofs: Proofs): string {
  const entries = rows.map(({ id, cells }) => {
    const tests = Object.entries(proofs[id] ?? {}).flatMap(([file, titles]) =>
      titles.map((title) => `- [\`${file}\`](../${file}): ${titleInMarkdown(title)}\n`),
    );
    return `### ${id}\n\n${cells.filter((cell) => cell !== "").join(" → ")}\n\n${tests.join("")}`;
  });
  return `## [${name}](${name})\n\n${entries.join("\n")}`;
}

/** A code span protects `*` and `_`; titles with code of their own go without. */
const titleInMarkdown = (title: string): string => (title.includes("`") ? title : `\`${title}\``);

/** A test as named in docs/proofs.yaml. */
export interface Named {
  file: string;
  title: string;
}

/** Returns the tests that do not run: missing, misspelt or skipped. */
export async function missing(named: Named[]): Promise<Named[]> {
  // Static parsing is quick, but does not expand `it.each`, and does not see what a condition skips.
  const notParsed = await notListed(named, "--static-parse");
  return notParsed.length === 0 ? [] : notListed(notParsed);
}

/** Returns the tests missing in Vitest's own list, which leaves out skipped ones. */
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
