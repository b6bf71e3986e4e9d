// Finds Firefox and WebKit for the end-to-end tests, or installs them from Debian.
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { run } from "./setup.js";

/** What each engine needs: the variable that names it, and Debian's package of it. */
const ENGINES = {
  Firefox: [{ variable: "FIREFOX_PATH", package: "firefox-esr" }],
  WebKit: [
    { variable: "WEBKIT_DRIVER", package: "webkit2gtk-driver" },
    { variable: "WEBKIT_BROWSER", package: "webkit2gtk-driver" },
    { variable: "XVFB", package: "xvfb" },
  ],
};

/**
 * Finds the engines besides Chromium, and installs missing ones where possible. Returns name, version where known, and
 * the environment for the tests; `reason` tells what to do about a missing one.
 */
export async function otherEngines() {
  const { pathOf } = await import("../packages/testing/dist/browsers/paths.js");
  const isMissing = ({ variable }) => pathOf(variable) === undefined;
  const lacking = Object.values(ENGINES).flat().filter(isMissing);
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
    const found = parts.map(({ variable }) => [variable, pathOf(variable)]);
    const missing = parts.filter(isMissing);
    // An empty path is none: what is on this machine all the same would not be the whole engine.
    const env = Object.fromEntries(found.map(([variable, path]) => [variable, path ?? ""]));
    if (missing.length === 0) return { name, version: versionOf(name, found[0][1]), env };
    const wanted = missing.map((part) => `${part.package} (or ${part.variable})`).join(", ");
    return { name, env, reason: `install ${wanted}` };
  });
}

function versionOf(name, path) {
  if (name !== "Firefox") return "WebKitGTK";
  return spawnSync(path, ["--version"], { encoding: "utf8" }).stdout?.trim() || path;
}
