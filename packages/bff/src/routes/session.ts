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
  closeSession,
  openSession,
  requireSession,
  type CallSessionData,
  sessionOf,
  type SessionUser,
} from "../session/session.js";
import { backendOf } from "../session/session-backend.js";
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
    if (sessionOf(request)?.tenant !== tenant.id) await rateLimits.checkSession(tenant, request.ip);
    const user = hostUserOf(request) ?? (await userOf(token, tenant));
    const session = await openSession(request, tenant, clock, user);
    const sessionToken = backendOf(request).tokenFor(request);
    response.json({
      ...describeSession(session, tenant, localeOf(request, tenant.locale), clock.now()),
      ...(sessionToken !== undefined && { sessionToken }),
      ...((await proofs.asks(tenant, { ...session, ip: request.ip })) && { proof: "required" as const }),
    } satisfies SessionResponse);
  });

  router.delete("/session", async (request, response) => {
    const session = requireSession(request, { csrf: true });
    const tenant = tenants.get(session.tenant);
    if (tenant !== undefined) requireOrigin(request, tenant);
    await closeSession(request);
    response.status(204).end();
  });

  router.all("/session", onlyMethods("POST", "DELETE"));

  /** The user a token speaks for, or nobody where there is none. It speaks once. */
  async function userOf(token: string | undefined, tenant: Tenant): Promise<SessionUser | undefined> {
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
function describeSession(
  session: CallSessionData,
  tenant: Tenant,
  locale: string,
  now: Date,
): SessionResponse {
  const text = (value: Parameters<typeof localized>[0]) => localized(value, locale, tenant.locale);
  return {
    csrfToken: session.csrfToken,
    tenant: {
      id: tenant.id,
      name: text(tenant.name),
      locale: tenant.locale,
      country: tenant.country,
      ...(tenant.privacyUrl !== undefined && { privacyUrl: tenant.privacyUrl }),
      ...(tenant.consent && { consent: { text: text(tenant.consent.text) } }),
      ...(tenant.theme && { theme: themeValues(tenant.theme) }),
    },
    user: describeUser(session),
    targets: Object.entries(tenant.targets)
      .filter(([id]) => mayUse(session.user, id))
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

const describeUser = ({ user }: CallSessionData): SessionResponse["user"] =>
  user === undefined
    ? { kind: "visitor" }
    : { kind: "identified", ...(user.name !== undefined && { name: user.name }) };
