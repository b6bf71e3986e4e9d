// Finds Firefox and WebKit for the end-to-end tests, or installs them from Debian.
import { spawnSync } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import { delimiter, join } from "node:path";
import { run } from "./setup.js";

/** Requirements of each engine: the variable that names its path, usual paths, and Debian's package. */
const ENGINES = {
  Firefox: [
    {
      variable: "FIREFOX_PATH",
      names: ["firefox", "firefox-esr"],
      places: [
        "/Applications/Firefox.app/Contents/MacOS/firefox",
        "C:\\Program Files\\Mozilla Firefox\\firefox.exe",
      ],
      package: "firefox-esr",
    },
  ],
  WebKit: [
    { variable: "WEBKIT_DRIVER", names: ["WebKitWebDriver"], package: "webkit2gtk-driver" },
    { variable: "WEBKIT_BROWSER", names: [], places: miniBrowsers, package: "webkit2gtk-driver" },
    { variable: "XVFB", names: ["Xvfb"], package: "xvfb" },
  ],
};

/**
 * Finds the engines besides Chromium, and installs missing ones where possible. Returns name, version where known, and
 * the environment for the tests; `reason` tells what to do about a missing one.
 */
export function otherEngines() {
  const lacking = Object.values(ENGINES)
    .flat()
    .filter((part) => pathOf(part) === undefined);
  if (lacking.length > 0 && process.getuid?.() === 0 && existsSync("/usr/bin/apt-get")) {
    console.log("Getting Firefox and WebKit …");
    run("apt-get", ["update", "-qq"], { quiet: true });
    // One by one: some distributions lack one of them.
    for (const name of new Set(lacking.map((part) => part.package)))
      run("apt-get", ["install", "-y", "-qq", "--no-install-recommends", name], {
        quiet: true,
        env: { DEBIAN_FRONTEND: "noninteractive" },
      });
  }
  return Object.entries(ENGINES).map(([name, parts]) => {
    const found = parts.map((part) => [part.variable, pathOf(part)]);
    const missing = parts.filter((part) => pathOf(part) === undefined);
    // Empty paths: of an incomplete engine, the installed files must not be used.
    const env = Object.fromEntries(found.map(([variable, path]) => [variable, path ?? ""]));
    if (missing.length === 0) return { name, version: versionOf(name, found[0][1]), env };
    const wanted = missing.map((part) => `${part.package} (or ${part.variable})`).join(", ");
    return { name, env, reason: `install ${wanted}` };
  });
}

function pathOf({ variable, names, places = [] }) {
  if (process.env[variable] !== undefined)
    return existsSync(process.env[variable]) ? process.env[variable] : undefined;
  const folders = (process.env.PATH ?? "").split(delimiter);
  const onPath = names.flatMap((name) => folders.map((folder) => join(folder, name)));
  return [...onPath, ...(typeof places === "function" ? places() : places)].find((path) => existsSync(path));
}

/** WebKitGTK's MiniBrowser lies beside its library, in a folder per architecture. */
function miniBrowsers() {
  return ["/usr/lib", "/usr/libexec"]
    .filter((folder) => existsSync(folder))
    .flatMap((folder) => [folder, ...readdirSync(folder).map((name) => join(folder, name))])
    .flatMap((folder) =>
      ["webkit2gtk-4.1", "webkitgtk-6.0"].map((kind) => join(folder, kind, "MiniBrowser")),
    );
}

function versionOf(name, path) {
  if (name !== "Firefox") return "WebKitGTK";
  return spawnSync(path, ["--version"], { encoding: "utf8" }).stdout?.trim() || path;
}
