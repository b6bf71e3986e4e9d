import { existsSync } from "node:fs";
import type { Engine } from "./engine.js";
import { startPuppeteer } from "./puppeteer-engine.js";
import { startWebKit } from "./webkit-engine.js";

/** Paths of the engines: found by `npm test`, or Debian's. */
const {
  CHROME_PATH = "/usr/bin/chromium",
  FIREFOX_PATH = "/usr/bin/firefox-esr",
  WEBKIT_DRIVER = "/usr/bin/WebKitWebDriver",
  WEBKIT_BROWSER = "/usr/lib/x86_64-linux-gnu/webkit2gtk-4.1/MiniBrowser",
  XVFB = "/usr/bin/Xvfb",
} = process.env;

const ALL: (Engine & { needs: string[] })[] = [
  { name: "Chromium", needs: [CHROME_PATH], start: () => startPuppeteer("chrome", CHROME_PATH) },
  { name: "Firefox", needs: [FIREFOX_PATH], start: () => startPuppeteer("firefox", FIREFOX_PATH) },
  {
    name: "WebKit",
    needs: [WEBKIT_DRIVER, WEBKIT_BROWSER, XVFB],
    start: () => startWebKit({ driver: WEBKIT_DRIVER, browser: WEBKIT_BROWSER, xvfb: XVFB }),
  },
];

/** The engines found. `npm test` installs what it can, and says at its end which were missing. */
export const ENGINES: Engine[] = ALL.filter(({ needs }) => needs.every((path) => existsSync(path)));
