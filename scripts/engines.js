// Finds Firefox and WebKit for the end-to-end tests, or installs them from Debian.
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { run } from "./setup.js";

/** The programs that each engine needs: the environment variable with the program's path, and its Debian package. */
const ENGINES = {
  Firefox: [{ variable: "FIREFOX_PATH", package: "firefox-esr" }],
  WebKit: [
    { variable: "WEBKIT_DRIVER", package: "webkit2gtk-driver" },
    { variable: "WEBKIT_BROWSER", package: "webkit2gtk-driver" },
    { variable: "XVFB", package: "xvfb" },
  ],
};

/**
 * Finds the engines other than Chromium, and installs missing ones if possible. Returns for each engine its name, its
 * version, and environment variables for the tests. A missing engine has a `reason`, which says what to install.
 */
export async function otherEngines() {
  const { pathOf } = await import("../packages/testing/dist/browsers/paths.js");
  const isMissing = ({ variable }) => pathOf(variable) === undefined;
  const lacking = Object.values(ENGINES).flat().filter(isMissing);
  if (lacking.length > 0 && process.getuid?.() === 0 && existsSync("/usr/bin/apt-get")) {
    console.log("Getting Firefox and WebKit …");
    run("apt-get", ["update", "-qq"], { quiet: true });
    // Installs one package after another, because some distributions do not have all of them.
    for (const name of new Set(lacking.map((part) => part.package)))
      run("apt-get", ["install", "-y", "-qq", "--no-install-recommends", name], {
        quiet: true,
        env: { DEBIAN_FRONTEND: "noninteractive" },
      });
  }
  return Object.entries(ENGINES).map(([name, parts]) => {
    const found = parts.map(({ variable }) => [variable, pathOf(variable)]);
    const missing = parts.filter(isMissing);
    // Sets missing paths to an empty text, so that the tests do not use an engine of which only a part is installed.
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
