// A backend as it is shipped, on a real database, that can be told where to die. A process of its own: started by
// backend.ts, which speaks to it by messages.
import { createLogger, openDatabase } from "@uis-call/bff";
import { startBackend } from "@uis-call/testing/backend";
import type { CrashPoint, KillOrder, News } from "./crash-points.js";
import { watch } from "./watched-database.js";

/** The variables in {@link process.env}. */
export interface InstanceEnvironment {
  PORT: string;
  DATABASE_URL: string;
  CONFIGURATION: string;
  SESSION_SECRET: string;
  UIS_PASSWORD: string;
  WEBHOOK_SECRET: string;
}

const environment = process.env as unknown as InstanceEnvironment;
// The callback ignores the error of a supervisor that has exited.
const tell = (news: News): boolean => process.send?.(news, undefined, {}, () => undefined) ?? false;

let order: KillOrder | "none" = "none";
process.on("message", (message) => (order = message as KillOrder | "none"));
// Exits with the supervisor.
process.on("disconnect", () => process.exit());

/** Carries out an order for this point. The signal takes effect within the call: it does not wait for the event loop. */
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
