import { fileURLToPath } from "node:url";

/** @type {import("next").NextConfig} */
export default {
  distDir: "dist",
  // Needed in this workspace only.
  turbopack: { root: fileURLToPath(new URL("../..", import.meta.url)) },
};
