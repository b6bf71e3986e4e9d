import { existsSync, readdirSync } from "node:fs";
import { homedir } from "node:os";
import { delimiter, join } from "node:path";

/** What a program is called on PATH, and where else it may be. */
interface Program {
  names: readonly string[];
  places?: () => readonly string[];
}

/** Each program of the tests by the environment variable that names another one. */
const PROGRAMS = {
  CHROME_PATH: {
    names: [
      "chromium",
      "chromium-browser",
      "google-chrome-stable",
      "google-chrome",
      "chrome",
      "microsoft-edge",
    ],
    places: () => [
      "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
      "/Applications/Chromium.app/Contents/MacOS/Chromium",
      "/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge",
      "C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe",
      "C:\\Program Files (x86)\\Google\\Chrome\\Application\\chrome.exe",
      "C:\\Program Files (x86)\\Microsoft\\Edge\\Application\\msedge.exe",
      ...playwrightBrowsers(),
    ],
  },
  FIREFOX_PATH: {
    names: ["firefox", "firefox-esr"],
    places: () => [
      "/Applications/Firefox.app/Contents/MacOS/firefox",
      "C:\\Program Files\\Mozilla Firefox\\firefox.exe",
    ],
  },
  WEBKIT_DRIVER: { names: ["WebKitWebDriver"] },
  WEBKIT_BROWSER: { names: [], places: miniBrowsers },
  XVFB: { names: ["Xvfb"] },
} satisfies Record<string, Program>;

export type BrowserVariable = keyof typeof PROGRAMS;

/**
 * Path of a program: what its variable says, an empty one too, or where it usually is. Undefined when it is not there.
 */
export function pathOf(variable: BrowserVariable): string | undefined {
  const set = process.env[variable];
  if (set !== undefined) return existsSync(set) ? set : undefined;
  const { names, places = () => [] }: Program = PROGRAMS[variable];
  const folders = (process.env["PATH"] ?? "").split(delimiter);
  const onPath = folders.flatMap((folder) => names.map((name) => join(folder, name)));
  return [...onPath, ...places()].find((path) => existsSync(path));
}

/** @throws Error with a remedy when there is no Chromium */
export function chromiumPath(): string {
  const path = pathOf("CHROME_PATH");
  if (path === undefined) throw new Error("there is no Chromium: run npm test, or set CHROME_PATH");
  return path;
}

/** Chromium has no sandbox for root, which is what containers run as. */
export const SANDBOX_FLAGS: string[] = process.getuid?.() === 0 ? ["--no-sandbox"] : [];

/** Where Playwright keeps what it downloads (playwright.dev/docs/browsers). */
function playwrightBrowsers(): string[] {
  const caches = [
    process.env["PLAYWRIGHT_BROWSERS_PATH"],
    join(homedir(), ".cache", "ms-playwright"),
    join(homedir(), "Library", "Caches", "ms-playwright"),
    join(homedir(), "AppData", "Local", "ms-playwright"),
  ];
  const binaries = [
    ["chrome-linux64", "chrome"],
    ["chrome-linux", "chrome"],
    ["chrome-mac-arm64", "Google Chrome for Testing.app", "Contents", "MacOS", "Google Chrome for Testing"],
    ["chrome-mac", "Chromium.app", "Contents", "MacOS", "Chromium"],
    ["chrome-win64", "chrome.exe"],
    ["chrome-win", "chrome.exe"],
  ];
  return caches
    .filter((cache) => cache !== undefined && existsSync(cache))
    .flatMap((cache = "") => readdirSync(cache).map((name) => join(cache, name)))
    .filter((path) => /chromium-\d+$/.test(path))
    .flatMap((path) => binaries.map((parts) => join(path, ...parts)));
}

/** WebKitGTK's own small browser lies with its library, in a folder for each kind of processor. */
function miniBrowsers(): string[] {
  return ["/usr/lib", "/usr/libexec"]
    .filter((folder) => existsSync(folder))
    .flatMap((folder) => [folder, ...readdirSync(folder).map((name) => join(folder, name))])
    .flatMap((folder) =>
      ["webkit2gtk-4.1", "webkitgtk-6.0"].map((kind) => join(folder, kind, "MiniBrowser")),
    );
}
