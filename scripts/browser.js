// Finds a Chromium-like browser, or installs one.
import { existsSync, readdirSync } from "node:fs";
import { homedir } from "node:os";
import { delimiter, join } from "node:path";
import { giveUp, root, run } from "./setup.js";

const NAMES = [
  "chromium",
  "chromium-browser",
  "google-chrome-stable",
  "google-chrome",
  "chrome",
  "microsoft-edge",
];

const PLACES = [
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
  "/Applications/Chromium.app/Contents/MacOS/Chromium",
  "/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge",
  "C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe",
  "C:\\Program Files (x86)\\Google\\Chrome\\Application\\chrome.exe",
  "C:\\Program Files (x86)\\Microsoft\\Edge\\Application\\msedge.exe",
];

/** Finds a browser: `CHROME_PATH`, an installed one, or Playwright's; installs one from Playwright or Debian if needed. */
export function browser() {
  const found = find();
  if (found !== undefined) return found;
  console.log("No browser found: getting Chromium …");
  const playwright = join(root, "e2e", "node_modules", "playwright-core", "cli.js");
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

function find() {
  const { CHROME_PATH } = process.env;
  if (CHROME_PATH)
    return existsSync(CHROME_PATH) ? CHROME_PATH : giveUp(`CHROME_PATH: there is no ${CHROME_PATH}.`);
  const onPath = (process.env.PATH ?? "")
    .split(delimiter)
    .flatMap((folder) => NAMES.map((name) => join(folder, name)));
  return [...onPath, ...PLACES, ...playwrightBrowsers()].find((path) => existsSync(path));
}

/** Playwright's download folder (playwright.dev/docs/browsers). */
function playwrightBrowsers() {
  const caches = [
    process.env.PLAYWRIGHT_BROWSERS_PATH,
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
    .flatMap((cache) => readdirSync(cache).map((name) => join(cache, name)))
    .filter((path) => /chromium-\d+$/.test(path))
    .flatMap((path) => binaries.map((parts) => join(path, ...parts)));
}
