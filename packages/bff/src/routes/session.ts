import { SessionRequest, type SessionResponse } from "@uis-call/shared";
import { type RequestHandler, Router } from "express";
import type { Clock } from "../clock.js";
import { localized, type Tenant } from "../config/configuration.js";
import { Refusal } from "../refusal.js";
import { hostUserOf } from "../session/host-session.js";
import { requireOrigin } from "../session/origin.js";
import { closeVisit, openVisit, requireVisit, type Visit } from "../session/session.js";
import { keeperOf } from "../session/visit-keeper.js";
import { jsonBody, localeOf, onlyMethods, parseBody } from "./request.js";

export interface SessionRoutesOptions {
  tenants: ReadonlyMap<string, Tenant>;
  clock: Clock;
  overload: RequestHandler;
}

/** `POST /session`, `DELETE /session` */
export function sessionRoutes({ tenants, clock, overload }: SessionRoutesOptions): Router {
  const router = Router();

  router.post("/session", overload, ...jsonBody, async (request, response) => {
    const { tenant: id } = parseBody(SessionRequest, request);
    const tenant = tenants.get(id);
    if (tenant === undefined) throw new Refusal("tenant_unknown", "no such tenant here", { at: "tenant" });
    requireOrigin(request, tenant);
    const visit = await openVisit(request, tenant, clock, hostUserOf(request));
    const sessionToken = keeperOf(request).tokenFor(request);
    response.json({
      ...describeSession(visit, tenant, localeOf(request, tenant.locale)),
      ...(sessionToken !== undefined && { sessionToken }),
    } satisfies SessionResponse);
  });

  router.delete("/session", async (request, response) => {
    const visit = requireVisit(request, { csrf: true });
    const tenant = tenants.get(visit.tenant);
    if (tenant !== undefined) requireOrigin(request, tenant);
    await closeVisit(request);
    response.status(204).end();
  });

  router.all("/session", onlyMethods("POST", "DELETE"));
  return router;
}

/** Everything the widget may know. Numbers of the tenant are not among it. */
function describeSession(visit: Visit, tenant: Tenant, locale: string): SessionResponse {
  const text = (value: Parameters<typeof localized>[0]) => localized(value, locale, tenant.locale);
  return {
    csrfToken: visit.csrfToken,
    tenant: {
      id: tenant.id,
      name: text(tenant.name),
      locale: tenant.locale,
      country: tenant.country,
      ...(tenant.privacyUrl !== undefined && { privacyUrl: tenant.privacyUrl }),
      ...(tenant.consent && { consent: { text: text(tenant.consent.text) } }),
    },
    user: describeUser(visit),
    targets: Object.entries(tenant.targets).map(([id, target]) => ({
      id,
      title: text(target.title),
      open: true,
      office: "fixed",
      visitor: target.visitor,
    })),
  };
}

const describeUser = ({ user }: Visit): SessionResponse["user"] =>
  user === undefined
    ? { kind: "visitor" }
    : { kind: "identified", ...(user.name !== undefined && { name: user.name }) };
