import type { Health } from "@uis-call/shared";
import { Router } from "express";
import { type Database, isWritable } from "../store/database.js";
import { activePauses, ALL_TENANTS } from "../store/pauses.js";
import type { Clock } from "../clock.js";
import { isOnOwnNetwork } from "../policy/address-prefix.js";
import type { OpenCircuit } from "../uis/circuit-breaker.js";
import { onlyMethods } from "../http/request.js";

export interface HealthRoutesOptions {
  db: Database;
  clock: Clock;
  /** The process is about to end. */
  draining: () => boolean;
  /** New work is refused. */
  overloaded: () => boolean;
  /** Accounts that UIS refuses, by tenant id. */
  openCircuits: () => ReadonlyMap<string, OpenCircuit>;
}

/**
 * `GET /health/live`: the process answers. `GET /health/ready`: it can keep what it accepts. UIS decides neither, since
 * requests are taken without it, too; an account that it refuses is named in the detail, and so is who is paused, to
 * those on the operator's own network: which customers there are, and what fails for them, is nobody else's business.
 */
export function healthRoutes({ db, clock, draining, overloaded, openCircuits }: HealthRoutesOptions): Router {
  const router = Router();
  let probing: Promise<boolean> | undefined;
  /** Each probe writes: those that come meanwhile share it. */
  const writable = (): Promise<boolean> => (probing ??= isWritable(db).finally(() => (probing = undefined)));
  router.get("/health/live", (_request, response) => {
    response.json({ status: "ok" } satisfies Health);
  });
  router.get("/health/ready", async (request, response) => {
    const failed = [
      ...((await writable()) ? [] : ["database" as const]),
      ...(clock.steady() ? [] : ["clock" as const]),
      ...(draining() ? ["draining" as const] : []),
      ...(overloaded() ? ["overloaded" as const] : []),
    ];
    response.status(failed.length === 0 ? 200 : 503);
    const answer: Health = {
      status: failed.length === 0 ? "ok" : "unavailable",
      ...(failed.length > 0 && { failed }),
    };
    if (!isOnOwnNetwork(request.ip)) {
      response.json(answer);
      return;
    }
    // Requests are taken all the same.
    const halted = failed.includes("database") ? [] : await activePauses(db);
    const refused = Array.from(openCircuits(), ([tenant, { since, code }]) => ({
      tenant,
      since: since.toISOString(),
      ...(code !== undefined && { code }),
    }));
    response.json({
      ...answer,
      ...(refused.length > 0 && { refused }),
      ...(halted.length > 0 && {
        halted: halted.map(({ scope, since, reason }) => ({
          ...(scope !== ALL_TENANTS && { tenant: scope }),
          since,
          reason,
        })),
      }),
    } satisfies Health);
  });
  for (const path of ["/health/live", "/health/ready"]) router.all(path, onlyMethods("GET"));
  return router;
}
