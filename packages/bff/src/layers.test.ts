import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";

const root = fileURLToPath(new URL("../../..", import.meta.url));
const page = readFileSync(join(root, "ARCHITECTURE.md"), "utf8");

/**
 * Returns the tables of the page about a folder, in their order. Each table is the list of names at the start
 * of its rows.
 */
function tablesAbout(folder: string): string[][] {
  const [, section = ""] = page.split(`\`${folder}\`\n`);
  const [own = ""] = section.split("\n## ");
  const tables = own.split("\n\n").filter((block) => block.trim().startsWith("| "));
  return tables.map((table) => [...table.matchAll(/^\| `([\w.-]+)\/?`/gm)].map(([, name = ""]) => name));
}

/**
 * Names in the three tables. FLOW: folders in the order in which a request passes them; imports may only point
 * forward in this order. SHARED: folders and files that all folders may import. ROOT: folders and files that
 * compose the others.
 */
const [FLOW = [], SHARED = [], ROOT = []] = tablesAbout("packages/bff/src");

const src = dirname(fileURLToPath(import.meta.url));
const files = readdirSync(src, { recursive: true, encoding: "utf8" })
  .filter((name) => name.endsWith(".ts") && !/\.(test|harness)\.ts$/.test(name))
  .map((name) => ({ name, text: readFileSync(join(src, name), "utf8") }));

const roomOf = (name: string): string => name.split("/")[0] ?? name;

const importsOf = ({ name, text }: { name: string; text: string }): string[] =>
  [...text.matchAll(/from "(\.[^"]+)\.js"/g)].map((match) =>
    relative(src, resolve(src, dirname(name), `${match[1] ?? ""}.ts`)),
  );

function mayImport(from: string, to: string): boolean {
  if (from === to || ROOT.includes(from)) return true;
  if (SHARED.includes(to)) return true;
  if (SHARED.includes(from)) return false;
  return FLOW.includes(from) && FLOW.indexOf(to) > FLOW.indexOf(from);
}

describe("ARCHITECTURE.md", () => {
  const foldersOf = (folder: string): string[] =>
    readdirSync(join(root, folder), { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map(({ name }) => name);

  it("has a row for each folder and file of the backend, and no other", () => {
    const names = [...foldersOf("packages/bff/src"), ...files.map(({ name }) => name)];
    const rooms = names.filter((name) => !name.includes("/"));
    expect([...FLOW, ...SHARED, ...ROOT].sort()).toEqual(rooms.sort());
  });

  it.each(["packages/widget/src", "packages/simulator/src"])("has a row for each folder of %s", (folder) => {
    expect(tablesAbout(folder).flat().sort()).toEqual(foldersOf(folder).sort());
  });

  it("has a row for each package", () => {
    const rows = [...page.matchAll(/^\| `packages\/(\w+)`/gm)].map(([, name]) => name);
    expect(rows.sort()).toEqual(foldersOf("packages").sort());
  });
});

describe("the rooms of the backend", () => {
  it("import only down the line a request takes", () => {
    const wrong = files.flatMap((file) =>
      importsOf(file)
        .filter((target) => !mayImport(roomOf(file.name), roomOf(target)))
        .map((target) => `${file.name} -> ${target}`),
    );
    expect(wrong).toEqual([]);
  });

  it("leave environment, listening and signals to the process entry", () => {
    const naming = (pattern: RegExp) =>
      files.filter(({ text }) => pattern.test(text)).map(({ name }) => name);
    expect(naming(/process\.(env|exit|once|on)\b/)).toEqual(["cli.ts"]);
    expect(naming(/\.listen\(/)).toEqual(["server.ts"]);
  });

  it("serve nothing but rows of the route table", () => {
    const naming = files
      .filter(({ text }) => /import \{[^}]*\bRouter\b[^}]*\} from "express"|\bexpress\(\)/.test(text))
      .filter(({ text }) => /\bRouter\(|\bexpress\(\)/.test(text));
    expect(naming.map(({ name }) => name).sort()).toEqual(["http/router.ts", "server.ts"]);
  });

  it("repeat work by the one background loop", () => {
    const naming = (pattern: RegExp) =>
      files.filter(({ text }) => pattern.test(text)).map(({ name }) => name);
    expect(naming(/while \(.*\.sleep\(/)).toEqual(["background.ts"]);
    // This file measures the event loop itself.
    expect(naming(/setInterval\(/)).toEqual(["http/overload.ts"]);
  });

  it("take time and chance from outside, but for what is random by purpose", () => {
    const naming = (pattern: RegExp) =>
      files.filter(({ text }) => pattern.test(text)).map(({ name }) => name);
    expect(naming(/Date\.now\(|new Date\(\)|performance\.now/).sort()).toEqual([
      "clock.ts",
      "log.ts",
      // `tokens.ts` may read the time of the machine: it runs in the backends of host sites, where our clock does not exist.
      "tokens.ts",
    ]);
    expect(naming(/Math\.random/)).toEqual(["app.ts"]);
  });
});
