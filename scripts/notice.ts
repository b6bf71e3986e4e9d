import { readFileSync } from "node:fs";
import type { Plugin } from "vite";

interface Manifest {
  name: string;
  version: string;
  license: string;
}

/** Matches the folder of the installed package to which a module belongs. */
const PACKAGE = /^.*\/node_modules\/(?:@[^/]+\/)?[^/]+/;

/**
 * Adds a notice to the top of a script. The notice names the packages that are bundled in the script and its chunks.
 * The packages' own notices stay in their code (`comments.legal`). `build.license` writes the full licences to a file
 * beside the script.
 *
 * @param list name of the file with the full licences
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
