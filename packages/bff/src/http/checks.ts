import type { Request } from "express";
import { z } from "zod";
import type { Tenant } from "../config/configuration.js";
import type { RateLimits } from "../policy/rate-limits.js";
import { Refusal } from "../refusal.js";
import { idempotencyKeyOf, parseBody, tenantIn } from "./request.js";
import { refuseUnknownTenant, requireOrigin, requireOriginIfSent } from "../session/origin.js";
import { loadSession, noSession, requireSession } from "../session/session.js";
import { type Exchange, type InSession, type Opening, parameterOf, type Route } from "./route.js";

/**
 * Runs the checks of a route on a request.
 *
 * @returns the context for the route's handler
 * @throws Refusal of the first check that fails
 */
export type Check = (row: Route, exchange: Exchange) => Promise<object>;

export interface Checking {
  tenants: ReadonlyMap<string, Tenant>;
  limits: RateLimits;
}

/**
 * Returns the checks for all kinds of routes. If several checks fail, the request gets the refusal of the first
 * one.
 */
export const checksOf =
  ({ tenants, limits }: Checking): Check =>
  (row, exchange) => {
    switch (row.session) {
      case "none":
        return checkOpen(row, exchange);
      case "opened":
        return checkOpening(row, exchange, tenants);
      case "required":
        return checkInSession(row, exchange, tenants, limits);
    }
  };

/** Checks a request to a route without sessions. */
export const checkOpen: Check = async (row, exchange) => ({
  ...exchange,
  own: await ownOf(row, exchange),
  body: row.body === undefined ? undefined : (exchange.request.body as unknown),
});

async function checkOpening(
  row: Route,
  exchange: Exchange,
  tenants: ReadonlyMap<string, Tenant>,
): Promise<object> {
  const { request } = exchange;
  const body = jsonOf(row, request) as { tenant: string; bearer?: boolean };
  const tenant = tenants.get(body.tenant);
  if (tenant === undefined) refuseUnknownTenant(request, body.tenant);
  requireOrigin(request, tenant);
  if ((tenantIn(request) ?? tenant.id) !== tenant.id)
    throw new Refusal("invalid_request", "the query names another tenant", { at: "tenant" });
  await loadSession(request, tenant.id, body.bearer);
  const opening: Opening = { ...exchange, tenant };
  return { ...opening, own: await ownOf(row, opening), body };
}

async function checkInSession(
  row: Route,
  exchange: Exchange,
  tenants: ReadonlyMap<string, Tenant>,
  limits: RateLimits,
): Promise<object> {
  const { request } = exchange;
  const named = tenantIn(request);
  if (named === undefined)
    throw new Refusal("session_required", "name the session's tenant in the query: ?tenant=");
  const tenant = tenants.get(named);
  // The tenant may have left the configuration since the session was opened. The answer does not tell strangers that
  // there is no such tenant.
  if (tenant === undefined) throw noSession();
  await loadSession(request, tenant.id);
  const session = requireSession(request, { csrf: row.csrf });
  if (row.origin === "if sent") requireOriginIfSent(request, tenant);
  else requireOrigin(request, tenant);
  if (row.rate === "challenges") {
    const { principal, user } = session;
    await limits.checkChallenge({ tenant, principal, ip: request.ip, identity: user?.id });
  }
  const context: InSession = { ...exchange, session, tenant };
  return {
    ...context,
    own: await ownOf(row, context),
    idempotencyKey: row.idempotencyKey ? idempotencyKeyOf(request) : undefined,
    body: row.body === undefined ? undefined : jsonOf(row, request),
  };
}

/** Ids of all objects that a path can name. */
const Uuid = z.uuid();

const jsonOf = ({ body }: Route, request: Request): unknown => parseBody(body as z.ZodType, request);

/**
 * Looks up the object that the path parameter names. An object that belongs to another visitor is treated as if
 * it did not exist.
 */
async function ownOf({ path, own }: Route, context: Exchange): Promise<unknown> {
  const parameter = parameterOf(path);
  if (parameter === undefined) return undefined;
  // Looks up only UUIDs, because PostgreSQL fails on other values, such as a NUL character.
  const id = Uuid.safeParse(context.request.params[parameter]);
  const found = id.success ? await own?.find(context as never, id.data.toLowerCase()) : undefined;
  if (found === undefined) throw new Refusal("not_found", `this session has no such ${own?.what ?? "thing"}`);
  return found;
}
