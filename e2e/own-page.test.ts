import { spawn } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { launchBrowser } from "@uis-call/testing/browsers/playwright";
import { freePort } from "@uis-call/testing/ports";
import { expect, it, onTestFinished } from "vitest";

const root = dirname(dirname(fileURLToPath(import.meta.url)));

/**
 * Returns the commands and files that the README shows, with other ports. Leaves out the command that builds the
 * packages, because they have been built already.
 */
async function recipe() {
  const ports = {
    "4330": String(await freePort()),
    "4331": String(await freePort()),
    "4332": String(await freePort()),
  };
  const moved = (text: string): string =>
    Object.entries(ports).reduce((before, [from, to]) => before.replaceAll(from, to), text);
  const folder = mkdtempSync(join(tmpdir(), "uis-own-page-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  cpSync(join(root, "examples/own-page"), folder, { recursive: true });
  for (const name of ["own-page.yaml", "index.html"]) {
    writeFileSync(join(folder, name), moved(readFileSync(join(folder, name), "utf8")));
  }
  const readme = readFileSync(join(root, "README.md"), "utf8");
  const block = /^## Try it with your own page\n\n```sh\nnpm run build\n([^]*?)```/m.exec(readme)?.[1] ?? "";
  return { ports, commands: moved(block).replaceAll("examples/own-page", folder) };
}

it("the README's commands ring a phone from a page of one's own", async () => {
  const { ports, commands } = await recipe();
  const shell = spawn("bash", ["-euc", commands], { cwd: root, detached: true, stdio: "ignore" });
  onTestFinished(() => void process.kill(-(shell.pid ?? NaN)));
  const browser = await launchBrowser();
  onTestFinished(() => browser.close());
  const page = await browser.newPage();
  const answers = (url: string) =>
    fetch(url).then(
      ({ ok }) => ok,
      () => false,
    );
  await expect.poll(() => answers(`http://localhost:${ports[4332]}/`), { timeout: 20_000 }).toBe(true);
  await expect
    .poll(() => answers(`http://localhost:${ports[4331]}/api/health/ready`), { timeout: 20_000 })
    .toBe(true);
  await page.goto(`http://localhost:${ports[4332]}/`);
  const button = page.locator("uis-call-button");
  await button.getByRole("button").first().click();
  await button.getByRole("textbox").fill("8 (900) 000-00-01");
  await button.locator("[part~=submit]").click();
  await page.goto(`http://127.0.0.1:${ports[4330]}/`);
  await page.getByRole("button", { name: "Answer: Office" }).waitFor();
});
