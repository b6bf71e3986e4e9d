import type { Health } from "@uis-call/shared";
import { type Database, isWritable } from "../store/database.js";
import { activePauses, ALL_TENANTS } from "../store/pauses.js";
import type { Clock } from "../clock.js";
import { type Exchange, route, type Route } from "../http/route.js";
import { isOnOwnNetwork } from "../policy/networks.js";
import type { OpenCircuit } from "../uis/circuit-breaker.js";

export interface HealthRoutesOptions {
  db: Database;
  clock: Clock;
  /** Whether the process is about to end. */
  draining: () => boolean;
  /** Whether the backend refuses new work because it is overloaded. */
  overloaded: () => boolean;
  /** Open circuits by tenant id. UIS refuses the accounts of these tenants. */
  openCircuits: () => ReadonlyMap<string, OpenCircuit>;
}

/**
 * Options of the health routes. TLS is optional, because operators call these routes from the same machine or
 * network and not through the proxy.
 */
const WORDS = {
  session: "none",
  origin: "any",
  tls: "optional",
  rate: "none",
  whenOverloaded: "answer",
} as const;

/**
 * Routes of the health checks. `GET /health/live` tells whether the process answers. `GET /health/ready` tells
 * whether the process can store what it accepts. UIS affects neither, because requests are accepted even when
 * UIS cannot be reached.
 *
 * The names of refused accounts and paused tenants are confidential. They are included only in answers to
 * requests from the operator's own network.
 */
export function healthRoutes({
  db,
  clock,
  draining,
  overloaded,
  openCircuits,
}: HealthRoutesOptions): Route[] {
  let probing: Promise<boolean> | undefined;
  /** Writes a test row. Simultaneous checks share one write. */
  const writable = (): Promise<boolean> => (probing ??= isWritable(db).finally(() => (probing = undefined)));
  const ready = async ({ request, response }: Exchange): Promise<void> => {
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
    const detail = await detailOf(openCircuits(), failed.includes("database") ? undefined : db);
    response.json({ ...answer, ...detail } satisfies Health);
  };
  return [
    route("GET", "/health/live", {
      ...WORDS,
      does: "tells the operator whether the process answers",
      handler: ({ response }) => response.json({ status: "ok" } satisfies Health),
    }),
    route("GET", "/health/ready", {
      ...WORDS,
      does: "tells the operator whether the process can store what it accepts",
      handler: ready,
    }),
  ];
}

/**
 * Lists refused accounts and paused tenants. Neither makes the readiness check fail, because requests are still
 * accepted.
 *
 * @param db undefined if the database cannot be read
 */
async function detailOf(
  circuits: ReadonlyMap<string, OpenCircuit>,
  db: Database | undefined,
): Promise<Pick<Health, "refused" | "halted">> {
  const halted = db === undefined ? [] : await activePauses(db);
  const refused = Array.from(circuits, ([tenant, { since, code }]) => ({
    tenant,
    since: since.toISOString(),
    ...(code !== undefined && { code }),
  }));
  return {
    ...(refused.length > 0 && { refused }),
    ...(halted.length > 0 && {
      halted: halted.map(({ scope, since, reason }) => ({
        ...(scope !== ALL_TENANTS && { tenant: scope }),
        since,
        reason,
      })),
    }),
  };
}
