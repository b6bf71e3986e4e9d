// Runs the shipped backend on a real database, in a process of its own. backend.ts starts this process, and sends it
// messages that say at which crash point the process has to die or freeze.
import { createLogger, openDatabase } from "@uis-call/bff";
import { startBackend } from "@uis-call/testing/backend";
import type { CrashPoint, KillOrder, News } from "./crash-points.js";
import { watch } from "./watched-database.js";

/** The environment variables that this process reads. */
export interface InstanceEnvironment {
  PORT: string;
  DATABASE_URL: string;
  CONFIGURATION: string;
  SESSION_SECRET: string;
  UIS_PASSWORD: string;
  WEBHOOK_SECRET: string;
}

const environment = process.env as unknown as InstanceEnvironment;
// Ignores the error if the message cannot be sent because the supervisor has exited.
const tell = (news: News): boolean => process.send?.(news, undefined, {}, () => undefined) ?? false;

let order: KillOrder | "none" = "none";
process.on("message", (message) => (order = message as KillOrder | "none"));
// Exits when the supervisor exits.
process.on("disconnect", () => process.exit());

/**
 * Called at each crash point. Carries out the supervisor's order if the order is for this point. The signal stops the
 * process at once, before this function returns.
 */
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
