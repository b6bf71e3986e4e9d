import { fileURLToPath } from "node:url";

/** @type {import("next").NextConfig} */
export default {
  distDir: "dist",
  // Needed only because the example is part of this workspace.
  turbopack: { root: fileURLToPath(new URL("../..", import.meta.url)) },
};
