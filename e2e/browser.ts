import { existsSync } from "node:fs";
import { type Browser, type BrowserContext, chromium } from "playwright-core";

/**
 * Launches Chromium: `CHROME_PATH`, which `npm test` sets, or Debian's.
 *
 * @param flags added to the browser's command line
 */
export const launchBrowser = (flags: string[] = []): Promise<Browser> =>
  chromium.launch({ executablePath: executable(), args: [...FLAGS, ...flags] });

/** Launches Chromium with a profile folder, which can hold preferences. */
export const launchProfile = (folder: string, flags: string[] = []): Promise<BrowserContext> =>
  chromium.launchPersistentContext(folder, { executablePath: executable(), args: [...FLAGS, ...flags] });

const FLAGS = [
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  // Chromium has no sandbox for root, the usual user in containers.
  ...(process.getuid?.() === 0 ? ["--no-sandbox"] : []),
];

function executable(): string {
  const path = process.env["CHROME_PATH"] ?? "/usr/bin/chromium";
  if (!existsSync(path)) throw new Error(`no browser at ${path}: run npm test, or set CHROME_PATH`);
  return path;
}
