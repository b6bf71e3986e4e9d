import type { Engine } from "./engine.js";
import { pathOf } from "./paths.js";
import { startPuppeteer } from "./puppeteer.js";
import { startWebKit } from "./webkit.js";

function chromium(): Engine[] {
  const path = pathOf("CHROME_PATH");
  return path === undefined ? [] : [{ name: "Chromium", start: () => startPuppeteer("chrome", path) }];
}

function firefox(): Engine[] {
  const path = pathOf("FIREFOX_PATH");
  return path === undefined ? [] : [{ name: "Firefox", start: () => startPuppeteer("firefox", path) }];
}

function webKit(): Engine[] {
  const [driver, browser, xvfb] = [pathOf("WEBKIT_DRIVER"), pathOf("WEBKIT_BROWSER"), pathOf("XVFB")];
  if (driver === undefined || browser === undefined || xvfb === undefined) return [];
  return [{ name: "WebKit", start: () => startWebKit({ driver, browser, xvfb }) }];
}

/**
 * The browser engines that are installed. `npm test` installs missing engines if it can, and prints which ones are
 * missing.
 */
export const ENGINES: Engine[] = [...chromium(), ...firefox(), ...webKit()];
