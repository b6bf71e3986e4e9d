import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type Axe from "axe-core";
import type { Page } from "playwright-core";

declare const axe: typeof Axe;

const source = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

/**
 * Runs all rules of axe on the page.
 *
 * @param unsure rules whose undecided results are also reported
 * @returns the findings
 */
export async function findings(page: Page, unsure: string[] = []): Promise<string[]> {
  if (!(await page.evaluate(() => "axe" in window))) await page.evaluate(source);
  const { violations, incomplete } = await page.evaluate(() => axe.run());
  const open = incomplete.filter(({ id }) => unsure.includes(id));
  return [...violations, ...open].map(
    ({ id, nodes }) =>
      `${id}: ${nodes.map(({ target, failureSummary }) => `${target.join(" ")} ${failureSummary ?? ""}`).join("; ")}`,
  );
}
