// Runs the shipped backend on a real database, as a process of its own. backend.ts starts this process, and sends it
// messages that say at which crash point to die.
import { createLogger, openDatabase } from "@uis-call/bff";
import { startBackend } from "@uis-call/testing/backend";
import type { CrashPoint, KillOrder, News } from "./crash-points.js";
import { watch } from "./watched-database.js";

/** The environment variables of the process. */
export interface InstanceEnvironment {
  PORT: string;
  DATABASE_URL: string;
  CONFIGURATION: string;
  SESSION_SECRET: string;
  UIS_PASSWORD: string;
  WEBHOOK_SECRET: string;
}

const environment = process.env as unknown as InstanceEnvironment;
// Ignores the error if the supervisor has exited.
const tell = (news: News): boolean => process.send?.(news, undefined, {}, () => undefined) ?? false;

let order: KillOrder | "none" = "none";
process.on("message", (message) => (order = message as KillOrder | "none"));
// Exits when the supervisor exits.
process.on("disconnect", () => process.exit());

/** Carries out the order if it is for this point. The signal takes effect at once, before the function returns. */
function passing(point: CrashPoint): void {
  if (order === "none" || order.point !== point || --order.nth > 0) return;
  const { how } = order;
  order = "none";
  if (how === "die") process.kill(process.pid, "SIGKILL");
  tell({ kind: "frozen" });
  process.kill(process.pid, "SIGSTOP");
}

await startBackend({
  open: async (url) => watch(await openDatabase(url), passing),
  yaml: () => environment.CONFIGURATION,
  variable: (name) => process.env[name],
  databaseUrl: environment.DATABASE_URL,
  sessionSecret: environment.SESSION_SECRET,
  publicUrl: new URL("http://acme.example"),
  port: Number(environment.PORT),
  webhookPrivateHosts: ["127.0.0.1"],
  log: createLogger("fatal"),
});
tell({ kind: "ready" });
