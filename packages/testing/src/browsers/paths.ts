import { existsSync, readdirSync } from "node:fs";
import { homedir } from "node:os";
import { delimiter, join } from "node:path";

/** Where to look for a program: the names that its file may have in the folders of PATH, and other paths. */
interface Program {
  names: readonly string[];
  places?: () => readonly string[];
}

/**
 * The programs that the tests need. The key is an environment variable. If it is set, its value is the path of the
 * program.
 */
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
 * Returns the path of a program. This is the value of its environment variable, or, if that is not set, the first usual
 * path that exists. Returns undefined if there is no such file. A variable that is set to an empty text means that the
 * program is missing.
 */
export function pathOf(variable: BrowserVariable): string | undefined {
  const set = process.env[variable];
  if (set !== undefined) return existsSync(set) ? set : undefined;
  const { names, places = () => [] }: Program = PROGRAMS[variable];
  const folders = (process.env["PATH"] ?? "").split(delimiter);
  const onPath = folders.flatMap((folder) => names.map((name) => join(folder, name)));
  return [...onPath, ...places()].find((path) => existsSync(path));
}

/** Returns the path of Chromium. @throws Error that says what to do, if there is no Chromium */
export function chromiumPath(): string {
  const path = pathOf("CHROME_PATH");
  if (path === undefined) throw new Error("there is no Chromium: run npm test, or set CHROME_PATH");
  return path;
}

/**
 * Switches off the sandbox of Chromium if the user is root, because Chromium would not start otherwise. In many
 * containers, the user is root.
 */
export const SANDBOX_FLAGS: string[] = process.getuid?.() === 0 ? ["--no-sandbox"] : [];

/** Returns the paths at which Chromium may be if Playwright has downloaded it (playwright.dev/docs/browsers). */
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

/**
 * Returns the paths at which the small browser of WebKitGTK may be. It is beside the library, in a folder whose name
 * depends on the processor.
 */
function miniBrowsers(): string[] {
  return ["/usr/lib", "/usr/libexec"]
    .filter((folder) => existsSync(folder))
    .flatMap((folder) => [folder, ...readdirSync(folder).map((name) => join(folder, name))])
    .flatMap((folder) =>
      ["webkit2gtk-4.1", "webkitgtk-6.0"].map((kind) => join(folder, kind, "MiniBrowser")),
    );
}
