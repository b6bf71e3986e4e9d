import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { build, type Rolldown } from "vite";

/**
 * Bundles a third-party package into a script element. The script sets a global variable to the default export of the
 * package. If there is none, the variable has all exports.
 */
export async function scriptOf(name: string, variable: string): Promise<string> {
  const entry = "virtual:library";
  const built = await build({
    configFile: false,
    root: dirname(fileURLToPath(import.meta.url)),
    logLevel: "error",
    plugins: [
      {
        name: "library",
        resolveId: (id) => (id === entry ? entry : undefined),
        load: (id) =>
          id === entry
            ? `import * as all from "${name}"; globalThis.${variable} = all.default ?? all;`
            : undefined,
      },
    ],
    build: {
      write: false,
      modulePreload: false,
      rolldownOptions: { input: entry, output: { format: "iife" } },
    },
  });
  const [{ output }] = [built].flat() as [Rolldown.RolldownOutput];
  return `<script>${output[0].code.replaceAll("</script", "<\\/script")}</script>`;
}
