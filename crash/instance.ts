// A backend as it is shipped, on a real database, that can be told where to die. A process of its own: started by
// backend.ts, which speaks to it by messages.
import { createServer } from "node:http";
import { createBff, createLogger, openDatabase, parseConfiguration, Secret } from "@uis-call/bff";
import express from "express";
import type { CrashPoint, KillOrder, News } from "./crash-points.js";
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

let order: KillOrder | "none" = "none";
process.on("message", (message) => (order = message as KillOrder | "none"));
// The supervisor is gone.
process.on("disconnect", () => process.exit());

/** Ends, or stops, within this very statement: a signal to oneself does not wait for the event loop. */
function passing(point: CrashPoint): void {
  if (order === "none" || order.point !== point || --order.nth > 0) return;
  const { how } = order;
  order = "none";
  if (how === "die") process.kill(process.pid, "SIGKILL");
  tell({ kind: "frozen" });
  process.kill(process.pid, "SIGSTOP");
}

const bff = await createBff({
  open: async (url) => watch(await openDatabase(url), passing),
  configuration: parseConfiguration(
    environment.CONFIGURATION,
    { variable: (name) => process.env[name], file: () => undefined },
    "crash.yaml",
  ),
  databaseUrl: environment.DATABASE_URL,
  sessionSecrets: [new Secret(environment.SESSION_SECRET)],
  publicUrl: new URL("http://acme.example"),
  webhookPrivateHosts: ["127.0.0.1"],
  log: createLogger("fatal"),
});
createServer(express().use("/api", bff.router)).listen(Number(environment.PORT), "127.0.0.1", () =>
  tell({ kind: "ready" }),
);
