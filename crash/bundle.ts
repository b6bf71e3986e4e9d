import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "vite";

const here = dirname(fileURLToPath(import.meta.url));
const folder = import.meta.url.endsWith(".ts") ? here : dirname(here);

/** The output of {@link bundle}. */
export const ENTRY = join(folder, "dist/bundle/instance.js");

/**
 * Bundles the backend and its dependencies into one file, which halves the time and the work of a start and doubles the
 * kills per minute. Also the global setup of Vitest.
 */
export default async function bundle(): Promise<void> {
  await build({
    root: folder,
    configFile: false,
    logLevel: "warn",
    build: {
      ssr: join(folder, "instance.ts"),
      outDir: dirname(ENTRY),
      target: "node20",
      minify: false,
    },
    ssr: { noExternal: true, external: ["better-sqlite3", "better-sqlite3-12", "pg-native"] },
  });
}
