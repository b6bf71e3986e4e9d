import { type Browser, type BrowserContext, chromium } from "playwright-core";
import { chromiumPath, SANDBOX_FLAGS } from "./paths.js";

/**
 * Starts Chromium with Playwright, for tests that need what only Playwright offers: holding requests back, emulating
 * devices, and setting a page offline.
 *
 * @param flags command-line flags of the browser
 */
export const launchBrowser = (flags: string[] = []): Promise<Browser> =>
  chromium.launch({ executablePath: chromiumPath(), args: [...FLAGS, ...flags] });

/** Starts Chromium with a profile in the given folder. The folder may contain preferences. */
export const launchProfile = (folder: string, flags: string[] = []): Promise<BrowserContext> =>
  chromium.launchPersistentContext(folder, { executablePath: chromiumPath(), args: [...FLAGS, ...flags] });

const FLAGS = [
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  ...SANDBOX_FLAGS,
];
