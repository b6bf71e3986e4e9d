import { fileURLToPath } from "node:url";

/** @type {import("next").NextConfig} */
export default {
  distDir: "dist",
  // The workspace's; of no use outside it.
  turbopack: { root: fileURLToPath(new URL("../..", import.meta.url)) },
};
