import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { build, type Rolldown } from "vite";
import { beforeAll, describe, expect, it } from "vitest";
import { root } from "./example-site.js";

const read = (...path: string[]): string => readFileSync(join(root, ...path), "utf8");

/** Builds a package in memory. @returns one output for each script that the build makes */
async function outputsOf(name: string): Promise<Rolldown.RolldownOutput[]> {
  const folder = join(root, "packages", name);
  const built = await build({ root: folder, logLevel: "error", build: { write: false } });
  return [built].flat() as Rolldown.RolldownOutput[];
}

/**
 * Returns the folder of the installed package that contains the module, or undefined for a module of this repository.
 */
const packageOf = (id: string): string | undefined => /^.*\/node_modules\/(?:@[^/]+\/)?[^/]+/.exec(id)?.[0];

describe.each([
  ["widget", 2, "widget-licenses.txt"],
  ["simulator", 1, "exchange-licenses.txt"],
])("the bundle in the package %s", (name, scripts, list) => {
  let outputs: {
    chunks: Rolldown.OutputChunk[];
    /** The first line of the script. */
    notice: string;
    licenses: string;
  }[];
  beforeAll(async () => {
    outputs = (await outputsOf(name)).map(({ output }) => {
      const chunks = output.filter((file) => file.type === "chunk");
      const assets = output.filter((file) => file.type === "asset");
      return {
        chunks,
        notice: chunks.find(({ isEntry }) => isEntry)!.code.split("\n", 1)[0]!,
        licenses: String(assets.find(({ fileName }) => fileName === list)?.source),
      };
    });
    expect(outputs).toHaveLength(scripts);
  });

  it("names each package it holds at the top of its script, and has its licence in full beside it", () => {
    for (const { chunks, notice, licenses } of outputs) {
      const folders = new Set(
        chunks.flatMap(({ moduleIds }) => moduleIds.flatMap((id) => packageOf(id) ?? [])),
      );
      expect([...folders]).toContainEqual(expect.stringMatching(/\/lit$/));
      expect(notice).toMatch(/^\/\*! .* \*\/$/);
      expect(notice).toContain(list);
      for (const folder of folders) {
        const manifest = JSON.parse(readFileSync(join(folder, "package.json"), "utf8")) as Record<
          string,
          string
        >;
        const { name = "", version = "", license = "" } = manifest;
        const file = readdirSync(folder).find((each) => /^licen[cs]e/i.test(each));
        expect(file, `${name} has a licence`).toBeDefined();
        expect(notice).toContain(`${name} ${version} (${license})`);
        expect(licenses).toContain(`${name} - ${version} (${license})\n\n`);
        expect(licenses).toContain(readFileSync(join(folder, file!), "utf8").trim());
      }
    }
  });

  it("keeps the authors' notices in the chunks that hold their code", () => {
    const ofAuthors = outputs.flatMap(({ chunks }) =>
      chunks.flatMap(({ code, modules }) =>
        Object.entries(modules)
          .filter(([id, { renderedLength }]) => packageOf(id) !== undefined && renderedLength > 0)
          .map(([id]) => ({
            code,
            copyright: /@license\n \* (Copyright .+)/.exec(readFileSync(id, "utf8"))?.[1],
          })),
      ),
    );
    expect(ofAuthors.length).toBeGreaterThanOrEqual(4 * scripts);
    for (const { code, copyright = "no notice" } of ofAuthors) expect(code).toContain(copyright);
  });
});

it.each(readdirSync(join(root, "packages")))("packages/%s has the licence of the whole in a file", (name) => {
  expect(read("packages", name, "LICENSE")).toBe(read("LICENSE"));
});
