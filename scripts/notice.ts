import { readFileSync } from "node:fs";
import type { Plugin } from "vite";

interface Manifest {
  name: string;
  version: string;
  license: string;
}

/** The folder of the package that a module is of, if it is one that was installed. */
const PACKAGE = /^.*\/node_modules\/(?:@[^/]+\/)?[^/]+/;

/**
 * Names at the top of a script what is bundled in it and in the chunks it loads. The authors' own notices stay where their
 * code is (`comments.legal`); the licences in full are in a list beside the script, which `build.license` writes.
 *
 * @param list name of that list
 */
export function notice(list: string): Plugin {
  return {
    name: "notice",
    renderChunk(code, { isEntry }, _options, { chunks }) {
      if (!isEntry) return null;
      const modules = Object.values(chunks).flatMap(({ moduleIds }) => moduleIds);
      const folders = new Set(modules.flatMap((id) => PACKAGE.exec(id)?.[0] ?? []));
      const bundled = [...folders].map(nameOf).sort();
      return `/*! Includes ${bundled.join(", ")}. Licences: ${list} */\n${code}`;
    },
  };
}

function nameOf(folder: string): string {
  const { name, version, license } = JSON.parse(readFileSync(`${folder}/package.json`, "utf8")) as Manifest;
  return `${name} ${version} (${license})`;
}
