import type { Router } from "express";
import { type Bff, type BffOptions, createBff } from "./app.js";
import type { HostSession, HostSessions, HostUser } from "./session/host-session.js";

export type { HostSession, HostSessions, HostUser };

/** {@link BffOptions} with the host's sessions. `sessionSecrets` only encrypt numbers and keys here. */
export type CallRouterOptions = Omit<BffOptions, "host"> & HostSessions;

/** The backend as a router: `app.use("/call", await createCallRouter(options))`. */
export type CallRouter = Router & Pick<Bff, "optOutPage" | "metrics" | "drain" | "close">;

/**
 * Creates the backend for an Express application with sessions and users of its own. It sets no cookie and issues no
 * token: a visitor's session data lies in the application's session.
 *
 * @throws Error when the database cannot be opened, or lacks the durability it needs
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
