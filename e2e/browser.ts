import { existsSync } from "node:fs";
import { type Browser, chromium } from "playwright-core";

/** The browser the tests run in: `CHROME_PATH`, which `npm test` sets, or Debian's. */
export const launchBrowser = (): Promise<Browser> => {
  const executablePath = process.env["CHROME_PATH"] ?? "/usr/bin/chromium";
  if (!existsSync(executablePath))
    throw new Error(`no browser at ${executablePath}: run npm test, or set CHROME_PATH`);
  return chromium.launch({
    executablePath,
    args: [
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
      // Chromium has no sandbox for root, which is what containers run as.
      ...(process.getuid?.() === 0 ? ["--no-sandbox"] : []),
    ],
  });
};
