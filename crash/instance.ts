// A backend as it is shipped, on a real database, that can be told where to die. A process of its own: started by
// backend.ts, which speaks to it by messages.
import { createLogger, openDatabase } from "@uis-call/bff";
import { startBackend } from "@uis-call/testing/backend";
import type { CrashPoint, Doom, News } from "./crash-points.js";
import { watch } from "./watched-database.js";

/** What {@link process.env} holds. */
export interface InstanceEnvironment {
  PORT: string;
  DATABASE_URL: string;
  CONFIGURATION: string;
  SESSION_SECRET: string;
  UIS_PASSWORD: string;
  WEBHOOK_SECRET: string;
}

const environment = process.env as unknown as InstanceEnvironment;
// With a callback, a supervisor that is gone is no error.
const tell = (news: News): boolean => process.send?.(news, undefined, {}, () => undefined) ?? false;

let doom: Doom | "spared" = "spared";
process.on("message", (message) => (doom = message as Doom | "spared"));
// The supervisor is gone.
process.on("disconnect", () => process.exit());

/** Ends, or stops, within this very statement: a signal to oneself does not wait for the event loop. */
function passing(point: CrashPoint): void {
  if (doom === "spared" || doom.point !== point || --doom.nth > 0) return;
  const { how } = doom;
  doom = "spared";
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
