import type Driver from "better-sqlite3";

/** Node-API level that better-sqlite3 13 needs; Node has it since 22.14 (nodejs.org/api/n-api.html). */
const NODE_API = 10;

/**
 * The release of better-sqlite3 that this Node can run. Release 13 uses Node-API. Release 12 does not: from Node 24.16
 * on, the process aborts as soon as the garbage collector frees a statement or a connection of it. Node 20 cannot
 * load release 13.
 */
const release = Number(process.versions["napi"]) >= NODE_API ? "better-sqlite3" : "better-sqlite3-12";

/** Driver for SQLite files (github.com/WiseLibs/better-sqlite3). */
export const SQLite: typeof Driver = ((await import(release)) as { default: typeof Driver }).default;
