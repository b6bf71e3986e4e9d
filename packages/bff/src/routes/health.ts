import type { Health } from "@uis-call/shared";
import { type Database, isWritable } from "../store/database.js";
import { activePauses, ALL_TENANTS } from "../store/pauses.js";
import type { Clock } from "../clock.js";
import { type Exchange, route, type Route } from "../http/route.js";
import { isOnOwnNetwork } from "../policy/address-prefix.js";
import type { OpenCircuit } from "../uis/circuit-breaker.js";

export interface HealthRoutesOptions {
  db: Database;
  clock: Clock;
  /** Whether the process is about to end. */
  draining: () => boolean;
  /** Whether new work is refused. */
  overloaded: () => boolean;
  /** Open circuits by tenant id: UIS refuses these accounts. */
  openCircuits: () => ReadonlyMap<string, OpenCircuit>;
}

/** Operators ask from the same machine or network, past the proxy. */
const WORDS = {
  session: "none",
  origin: "any",
  tls: "optional",
  rate: "none",
  whenOverloaded: "answer",
} as const;

/**
 * Health checks. `GET /health/live`: the process answers. `GET /health/ready`: it can store what it accepts. UIS
 * affects neither, because requests are accepted without it.
 *
 * The detail names refused accounts and paused tenants only to requests from the operator's own network: the list of
 * tenants and their failures is confidential.
 */
export function healthRoutes({
  db,
  clock,
  draining,
  overloaded,
  openCircuits,
}: HealthRoutesOptions): Route[] {
  let probing: Promise<boolean> | undefined;
  /** Writes a probe, shared by simultaneous checks. */
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
      does: "whether the process answers; for the operator",
      handler: ({ response }) => response.json({ status: "ok" } satisfies Health),
    }),
    route("GET", "/health/ready", {
      ...WORDS,
      does: "whether it can keep what it accepts; for the operator",
      handler: ready,
    }),
  ];
}

/**
 * Names refused accounts and paused tenants. Neither fails readiness: requests are still accepted.
 *
 * @param db none if it cannot be read
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
