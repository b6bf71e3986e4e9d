import type { Router } from "express";
import { type Bff, type BffOptions, createBff } from "./app.js";
import type { HostSession, HostSessions, HostUser } from "./session/host-session.js";

export type { HostSession, HostSessions, HostUser };

/**
 * {@link BffOptions} with the sessions and users of the host application. Here `sessionSecrets` sign no cookie;
 * they encrypt stored numbers and keys and sign proof-of-work challenges.
 */
export type CallRouterOptions = Omit<BffOptions, "host"> & HostSessions;

/** The backend as a router: `app.use("/call", await createCallRouter(options))`. */
export type CallRouter = Router & Pick<Bff, "optOutPage" | "metrics" | "drain" | "close">;

/**
 * Creates the backend for an Express application that has its own sessions and users. The backend sets no
 * cookie and issues no token; it stores a visitor's session data in the application's session.
 *
 * @throws Error when the database cannot be opened or does not guarantee durable commits
 */
export async function createCallRouter({
  user,
  session,
  ...options
}: CallRouterOptions): Promise<CallRouter> {
  const bff = await createBff({ ...options, host: { user, session } });
  return Object.assign(bff.router, {
    optOutPage: bff.optOutPage,
    metrics: bff.metrics,
    drain: (graceMs?: number) => bff.drain(graceMs),
    close: (graceMs?: number) => bff.close(graceMs),
  });
}
