import { readFileSync } from "node:fs";
import type { Plugin } from "vite";

interface Manifest {
  name: string;
  version: string;
  license: string;
}

/** Matches, in the path of a module, the folder of the installed package that contains the module. */
const PACKAGE = /^.*\/node_modules\/(?:@[^/]+\/)?[^/]+/;

/**
 * Vite plugin that adds a notice to the top of a script. The notice names the packages that are bundled in the script
 * and its chunks. The notices of the packages themselves stay in their code (`comments.legal`). `build.license` writes
 * the complete licences to a file beside the script.
 *
 * @param list name of the file with the complete licences
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
