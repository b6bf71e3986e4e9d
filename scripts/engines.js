// Finds Firefox and WebKit for the end-to-end tests. Installs them from Debian if they are missing.
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { run } from "./setup.js";

/**
 * The programs that each browser engine needs. `variable` is the environment variable that can hold the path of the
 * program, and `package` is the Debian package that contains it.
 */
const ENGINES = {
  Firefox: [{ variable: "FIREFOX_PATH", package: "firefox-esr" }],
  WebKit: [
    { variable: "WEBKIT_DRIVER", package: "webkit2gtk-driver" },
    { variable: "WEBKIT_BROWSER", package: "webkit2gtk-driver" },
    { variable: "XVFB", package: "xvfb" },
  ],
};

/**
 * Finds Firefox and WebKit, and installs what is missing if possible. Returns, for each browser engine, its name, its
 * version, and environment variables for the tests. A missing engine has a `reason` that says what to install.
 */
export async function otherEngines() {
  const { pathOf } = await import("../packages/testing/dist/browsers/paths.js");
  const isMissing = ({ variable }) => pathOf(variable) === undefined;
  const lacking = Object.values(ENGINES).flat().filter(isMissing);
  if (lacking.length > 0 && process.getuid?.() === 0 && existsSync("/usr/bin/apt-get")) {
    console.log("Getting Firefox and WebKit …");
    run("apt-get", ["update", "-qq"], { quiet: true });
    // Installs the packages one after another, because some distributions do not have all of them.
    for (const name of new Set(lacking.map((part) => part.package)))
      run("apt-get", ["install", "-y", "-qq", "--no-install-recommends", name], {
        quiet: true,
        env: { DEBIAN_FRONTEND: "noninteractive" },
      });
  }
  return Object.entries(ENGINES).map(([name, parts]) => {
    const found = parts.map(({ variable }) => [variable, pathOf(variable)]);
    const missing = parts.filter(isMissing);
    // Sets the paths of missing programs to an empty text, so that the tests do not use an engine that is only partly
    // installed.
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
