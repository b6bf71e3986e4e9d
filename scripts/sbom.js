// `npm run sbom`: prints the software bill of materials (SBOM) of the backend and the element as CycloneDX 1.6
// (https://cyclonedx.org/docs/1.6/json/). It lists the installed packages, whose versions are those of the lockfile.
// The command fails if the licence of a package is not in the list below.
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { giveUp, root } from "./setup.js";

/** The published packages. */
const SHIPPED = ["@uis-call/bff", "@uis-call/shared", "@uis-call/widget"];

/** SPDX names of the licences that packages may have. All of them are permissive. */
const MAY_PASS_ON = new Set([
  ...[
    "MIT",
    "ISC",
    "Apache-2.0",
    "BSD-2-Clause",
    "BSD-3-Clause",
    "0BSD",
    "BlueOak-1.0.0",
    "Unlicense",
    "CC0-1.0",
  ],
  ...["(MIT OR WTFPL)", "(MIT OR CC0-1.0)", "(BSD-2-Clause OR MIT OR Apache-2.0)"],
]);

const { packageManager, version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
const filters = SHIPPED.flatMap((name) => ["--filter", name]);
const { stdout } = spawnSync(
  "npx",
  ["--yes", packageManager, ...filters, "licenses", "list", "--prod", "--json"],
  {
    cwd: root,
    encoding: "utf8",
    shell: process.platform === "win32",
  },
);
if (!stdout.startsWith("{")) giveUp("pnpm did not list what is installed.");
const licenses = JSON.parse(stdout);

const forbidden = Object.entries(licenses).filter(([license]) => !MAY_PASS_ON.has(license));
if (forbidden.length > 0) {
  const named = forbidden.map(([license, of]) => `${license}: ${of.map(({ name }) => name).join(", ")}`);
  giveUp(`Licences that are not on the list in scripts/sbom.js:\n${named.join("\n")}`);
}

const components = Object.entries(licenses)
  .flatMap(([license, packages]) =>
    packages.flatMap(({ name, versions }) => versions.map((version) => ({ name, version, license }))),
  )
  .map(({ name, version, license }) => ({
    type: "library",
    name,
    version,
    licenses: [license.startsWith("(") ? { expression: license } : { license: { id: license } }],
    purl: `pkg:npm/${name.replace("@", "%40")}@${version}`,
  }))
  .sort((one, other) => (one.purl < other.purl ? -1 : 1));

console.log(
  JSON.stringify(
    {
      bomFormat: "CycloneDX",
      specVersion: "1.6",
      version: 1,
      metadata: { component: { type: "application", name: "uis-call-button", version } },
      components,
    },
    undefined,
    2,
  ),
);
