// Finds Chromium or a browser that is based on it. If there is none, installs Chromium. This file needs the build
// output of packages/testing.
import { existsSync } from "node:fs";
import { join } from "node:path";
import { giveUp, root, run } from "./setup.js";

/**
 * Returns the path of a browser: the value of `CHROME_PATH`, or the path of an installed browser. If there is neither,
 * installs Chromium with Playwright or from Debian.
 */
export async function browser() {
  const { CHROME_PATH } = process.env;
  if (CHROME_PATH && !existsSync(CHROME_PATH)) giveUp(`CHROME_PATH: there is no ${CHROME_PATH}.`);
  const { pathOf } = await import("../packages/testing/dist/browsers/paths.js");
  const find = () => pathOf("CHROME_PATH");
  const found = find();
  if (found !== undefined) return found;
  console.log("No browser found: getting Chromium …");
  const playwright = join(root, "packages", "testing", "node_modules", "playwright-core", "cli.js");
  run(process.execPath, [playwright, "install", "chromium"], { silent: true });
  const downloaded = find();
  if (downloaded !== undefined) return downloaded;
  if (process.getuid?.() === 0 && existsSync("/usr/bin/apt-get")) {
    run("apt-get", ["update", "-qq"], { quiet: true });
    run("apt-get", ["install", "-y", "-qq", "--no-install-recommends", "chromium"], {
      quiet: true,
      env: { DEBIAN_FRONTEND: "noninteractive" },
    });
  }
  return (
    find() ??
    giveUp(
      "No browser was found and none could be downloaded: install Chrome or Chromium, or set CHROME_PATH to one.",
    )
  );
}
