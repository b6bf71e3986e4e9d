import { type Browser, type BrowserContext, chromium } from "playwright-core";
import { chromiumPath, SANDBOX_FLAGS } from "./paths.js";

/**
 * Starts Chromium with Playwright. For tests that need what only Playwright can do: delay HTTP requests, emulate
 * devices, and make a page offline.
 *
 * @param flags command-line flags of the browser
 */
export const launchBrowser = (flags: string[] = []): Promise<Browser> =>
  chromium.launch({ executablePath: chromiumPath(), args: [...FLAGS, ...flags] });

/** Starts Chromium with the profile in the given folder. The folder may already contain preferences. */
export const launchProfile = (folder: string, flags: string[] = []): Promise<BrowserContext> =>
  chromium.launchPersistentContext(folder, { executablePath: chromiumPath(), args: [...FLAGS, ...flags] });

const FLAGS = [
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  ...SANDBOX_FLAGS,
];
