// A backend as shipped, on a real database, that dies or freezes at an ordered crash point. Runs as a process of its own:
// backend.ts starts it and sends orders as messages.
import { createServer } from "node:http";
import { createBff, createLogger, openDatabase, parseConfiguration, Secret } from "@uis-call/bff";
import express from "express";
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
