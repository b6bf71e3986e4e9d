import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { fileURLToPath } from "node:url";

const folders: Record<string, string> = {
  sim: "packages/simulator/src",
  bff: "packages/bff/src",
  crash: "crash",
  e2e: "e2e",
};

/** A page's tables, each as its rows, by the heading, or the line with a colon, it stands under. */
export function tablesOf(page: string): Record<string, string[]> {
  const tables: Record<string, string[]> = {};
  let title = "";
  for (const line of page.split("\n")) {
    title = /^## (.+)$/.exec(line)?.[1] ?? /^([A-Z].*):$/.exec(line)?.[1] ?? title;
    if (line.startsWith("| ") && !/^\| (row|---)/.test(line)) (tables[title] ??= []).push(line);
  }
  return tables;
}

/** What a row begins with. */
export const keyOf = (row: string): string => row.split("|")[1]?.trim() ?? "";

/** The tests a row names. Where one is misspelt there are fewer than files. */
export const testsNamedIn = (row: string): { file: string; title: string }[] =>
  [...row.matchAll(/(sim|bff|crash|e2e) `([^`]+)` "([^"]+)"/g)].map(
    ([, side = "", file = "", title = ""]) => ({
      file: `${folders[side] ?? ""}/${file}`,
      title,
    }),
  );

/** Whether a test named in a row would run. */
export type Runs = (named: { file: string; title: string }) => boolean;

/** Vitest's own list of the files that `rows` name: it knows what is skipped, and rows of `it.each`. */
export async function testsThatRun(rows: string[]): Promise<Runs> {
  const files = new Set(rows.flatMap(testsNamedIn).map(({ file }) => file));
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ["node_modules/vitest/vitest.mjs", "list", ...files, "--json", "--no-isolate"],
    { cwd: fileURLToPath(new URL("../../..", import.meta.url)), maxBuffer: 2 ** 24 },
  );
  const listed = JSON.parse(stdout.slice(stdout.indexOf("["))) as { name: string; file: string }[];
  return ({ file, title }) => {
    const inWords = title.replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&").replaceAll(/%[a-z]/g, ".+");
    const name = new RegExp(`(^|\\W)${inWords}(\\W|$)`);
    return listed.some((test) => test.file.endsWith(`/${file}`) && name.test(test.name));
  };
}
