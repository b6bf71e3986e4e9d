import { type Browser, type BrowserContext, chromium } from "playwright-core";
import { chromiumPath, SANDBOX_FLAGS } from "./paths.js";

/**
 * Chromium by Playwright, for tests that need what only it has: requests held back, devices imitated, contexts offline.
 *
 * @param flags of the browser's command line
 */
export const launchBrowser = (flags: string[] = []): Promise<Browser> =>
  chromium.launch({ executablePath: chromiumPath(), args: [...FLAGS, ...flags] });

/** The same with a profile that lies in a folder, and so can have preferences. */
export const launchProfile = (folder: string, flags: string[] = []): Promise<BrowserContext> =>
  chromium.launchPersistentContext(folder, { executablePath: chromiumPath(), args: [...FLAGS, ...flags] });

const FLAGS = [
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  ...SANDBOX_FLAGS,
];
