import { SessionRequest, type SessionResponse } from "@uis-call/shared";
import { type RequestHandler, Router } from "express";
import type { Clock } from "../clock.js";
import { hoursOf, localized, officeSource, type Tenant } from "../config/configuration.js";
import type { OpeningHours } from "../config/opening-hours.js";
import { themeValues } from "../config/theme.js";
import { mayUse } from "../policy/call-policy.js";
import type { RateLimits } from "../policy/rate-limits.js";
import type { ProofGate } from "../policy/proof-gate.js";
import { Refusal } from "../refusal.js";
import { checkIdentityToken, useToken } from "../session/identity.js";
import { hostUserOf } from "../session/host-session.js";
import { requireOrigin } from "../session/origin.js";
import {
  closeVisit,
  openVisit,
  requireVisit,
  type Visit,
  visitOf,
  type VisitUser,
} from "../session/session.js";
import { keeperOf } from "../session/visit-keeper.js";
import type { Database } from "../store/database.js";
import type { NumberCipher } from "../store/number-cipher.js";
import { jsonBody, localeOf, onlyMethods, parseBody } from "../http/request.js";

export interface SessionRoutesOptions {
  tenants: ReadonlyMap<string, Tenant>;
  db: Database;
  cipher: NumberCipher;
  rateLimits: RateLimits;
  proofs: ProofGate;
  clock: Clock;
  overload: RequestHandler;
}

/** `POST /session`, `DELETE /session` */
export function sessionRoutes(options: SessionRoutesOptions): Router {
  const { tenants, db, cipher, rateLimits, proofs, clock, overload } = options;
  const router = Router();

  router.post("/session", ...jsonBody, overload, async (request, response) => {
    const { tenant: id, token } = parseBody(SessionRequest, request);
    const tenant = tenants.get(id);
    if (tenant === undefined) throw new Refusal("tenant_unknown", "no such tenant here", { at: "tenant" });
    requireOrigin(request, tenant);
    // To resume a session costs nothing.
    if (visitOf(request)?.tenant !== tenant.id) await rateLimits.checkSession(tenant, request.ip);
    const user = hostUserOf(request) ?? (await userOf(token, tenant));
    const visit = await openVisit(request, tenant, clock, user);
    const sessionToken = keeperOf(request).tokenFor(request);
    response.json({
      ...describeSession(visit, tenant, localeOf(request, tenant.locale), clock.now()),
      ...(sessionToken !== undefined && { sessionToken }),
      ...((await proofs.asks(tenant, { ...visit, ip: request.ip })) && { proof: "required" as const }),
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

  /** The user a token speaks for, or nobody where there is none. It speaks once. */
  async function userOf(token: string | undefined, tenant: Tenant): Promise<VisitUser | undefined> {
    if (token === undefined) {
      if (tenant.identity?.required !== true) return undefined;
      throw new Refusal("identity_required", "calls here are for users with a token: send it as token", {
        at: "token",
      });
    }
    const checked = await checkIdentityToken(token, tenant, clock.now());
    await useToken(db, tenant.id, checked, clock.now());
    const { phone, ...user } = checked.identity;
    return { ...user, ...(phone !== undefined && { phone: cipher.encrypt(phone) }) };
  }
  return router;
}

/** Everything the widget may know. Numbers of the tenant are not among it. */
function describeSession(visit: Visit, tenant: Tenant, locale: string, now: Date): SessionResponse {
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
      ...(tenant.theme && { theme: themeValues(tenant.theme) }),
    },
    user: describeUser(visit),
    targets: Object.entries(tenant.targets)
      .filter(([id]) => mayUse(visit.user, id))
      .map(([id, target]) => ({
        id,
        title: text(target.title),
        ...describeHours(hoursOf(tenant, target), tenant, now),
        office: officeSource(target),
        visitor: target.visitor,
      })),
  };
}

/** How much of the calendar a page is told. */
const DAYS_TOLD = 14;
const TIMES_TOLD = 10;

function describeHours(
  hours: OpeningHours | undefined,
  { quietHours }: Tenant,
  now: Date,
): Pick<SessionResponse["targets"][number], "open" | "opensAt" | "hours"> {
  if (hours === undefined) return { open: true };
  const open = hours.isOpen(now);
  const opensAt = open ? undefined : hours.nextOpening(now)?.toISOString();
  const times = hours
    .openTimes(now, DAYS_TOLD, TIMES_TOLD)
    .map(({ from, to }) => ({ from: from.toISOString(), to: to.toISOString() }));
  return {
    open,
    ...(opensAt !== undefined && { opensAt }),
    hours: { timeZone: hours.timeZone, times, ...(quietHours && { quiet: quietHours.text }) },
  };
}

const describeUser = ({ user }: Visit): SessionResponse["user"] =>
  user === undefined
    ? { kind: "visitor" }
    : { kind: "identified", ...(user.name !== undefined && { name: user.name }) };
