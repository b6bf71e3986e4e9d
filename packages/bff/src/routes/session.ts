import { SessionRequest, type SessionResponse } from "@uis-call/shared";
import type { Clock } from "../clock.js";
import { hoursOf, localized, officeSource, type Target, type Tenant } from "../config/configuration.js";
import { withoutQuiet } from "../config/quiet-hours.js";
import { themeValues } from "../config/theme.js";
import { type Opening, route, type Route } from "../http/route.js";
import { mayUse, quietZonesOf } from "../policy/call-policy.js";
import type { ProofGate } from "../policy/proof-gate.js";
import type { RateLimits } from "../policy/rate-limits.js";
import { Refusal } from "../refusal.js";
import { checkIdentityToken, useToken } from "../session/identity.js";
import { hostUserOf } from "../session/host-session.js";
import {
  closeSession,
  openSession,
  type CallSessionData,
  sessionOf,
  type SessionUser,
} from "../session/session.js";
import { backendOf } from "../session/session-backend.js";
import type { Database } from "../store/database.js";
import type { NumberCipher } from "../store/number-cipher.js";
import type { OpenStreams } from "../http/open-streams.js";
import { localeOf } from "../http/request.js";

export interface SessionRoutesOptions {
  db: Database;
  cipher: NumberCipher;
  proofs: ProofGate;
  rateLimits: RateLimits;
  clock: Clock;
  streams: OpenStreams;
}

/** Routes `POST /session` and `DELETE /session`. */
export function sessionRoutes(options: SessionRoutesOptions): Route[] {
  const { proofs, rateLimits, clock, streams } = options;
  return [
    route("POST", "/session", {
      session: "opened",
      body: SessionRequest,
      rate: "sessions",
      does: "`{tenant, token?, bearer?}` → opens or resumes the session; answers `{now, csrfToken, tenant, user, targets}`, and sets a cookie or gives a `sessionToken`, [see below](#sessions)",
      handler: open,
    }),
    route("DELETE", "/session", {
      session: "required",
      csrf: true,
      rate: "none",
      whenOverloaded: "answer",
      does: "ends the session and its streams of events",
      async handler({ request, response, session }) {
        await closeSession(request);
        streams.endAll(session.principal);
        response.status(204).end();
      },
    }),
  ];

  async function open(opening: Opening & { body: SessionRequest }): Promise<void> {
    const { request, response, tenant, body } = opening;
    const before = sessionOf(request);
    const user =
      hostUserOf(request) ??
      (await userOf(body.token, tenant, options)
        .catch(endingFormer(opening, before))
        .catch(counting(opening)));
    // Counts neither identified users, who may share an address, nor an anonymous session that is resumed.
    const resumed = before !== undefined && before.user === undefined;
    if (user === undefined && !resumed) await rateLimits.checkSession(tenant, request.ip);
    const session = await openSession(request, tenant, clock, user);
    if (before !== undefined && before.principal !== session.principal) streams.endAll(before.principal);
    const sessionToken = backendOf(request).tokenFor(request);
    response.json({
      ...describeSession(session, tenant, localeOf(request, tenant.locale), clock.now()),
      ...(sessionToken !== undefined && { sessionToken }),
      ...((await proofs.asks(tenant, { ...session, ip: request.ip })) && { proof: "required" as const }),
    } satisfies SessionResponse);
  }

  /**
   * Returns a handler for a token that fails. Where identity is required, it ends the former session first: the
   * browser's user has changed, and the former user's session must not stay in it.
   */
  function endingFormer({ request, tenant }: Opening, former: CallSessionData | undefined) {
    return async (error: unknown): Promise<never> => {
      if (error instanceof Refusal && tenant.identity?.required === true && former?.tenant === tenant.id) {
        await closeSession(request);
        streams.endAll(former.principal);
      }
      throw error;
    };
  }

  /** Returns a handler for a token that fails. Counts it for the address that sends it. */
  function counting({ request, tenant }: Opening) {
    return async (error: unknown): Promise<never> => {
      if (error instanceof Refusal) await rateLimits.checkSession(tenant, request.ip);
      throw error;
    };
  }
}

/**
 * Returns the user that an identity token describes, and marks the token as used. Returns undefined if there
 * is no token.
 */
async function userOf(
  token: string | undefined,
  tenant: Tenant,
  { db, cipher, clock }: SessionRoutesOptions,
): Promise<SessionUser | undefined> {
  if (token === undefined) {
    if (tenant.identity?.required !== true) return undefined;
    throw new Refusal("identity_required", "calls here are for users with a token: send it as token", {
      at: "token",
    });
  }
  const checked = await checkIdentityToken(token, tenant, clock.now());
  await useToken(db, tenant.id, checked);
  const { phone, ...user } = checked.identity;
  return { ...user, ...(phone !== undefined && { phone: cipher.encrypt(phone) }) };
}

/** Builds all data that the widget may know. The telephone numbers of the tenant are not among them. */
function describeSession(
  session: CallSessionData,
  tenant: Tenant,
  locale: string,
  now: Date,
): SessionResponse {
  const text = (value: Parameters<typeof localized>[0]) => localized(value, locale, tenant.locale);
  return {
    now: now.toISOString(),
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
        ...describeHours(target, tenant, session.user, now),
        office: officeSource(target),
        visitor: target.visitor,
      })),
  };
}

/** Maximum number of days and of opening times that a page is told. */
const DAYS_TOLD = 14;
const TIMES_TOLD = 10;

/**
 * Describes the opening hours of a target. Leaves out the times of the tenant's quiet hours for which a request would
 * be refused. Only for a number that the visitor types does the night at the place of the browser count, too.
 */
function describeHours(
  target: Target,
  tenant: Tenant,
  user: SessionUser | undefined,
  now: Date,
): Pick<SessionResponse["targets"][number], "open" | "opensAt" | "hours"> {
  const hours = hoursOf(tenant, target);
  if (hours === undefined) return { open: true };
  const open = hours.isOpen(now);
  const opensAt = open ? undefined : hours.nextOpening(now)?.toISOString();
  const { quietHours: quiet } = tenant;
  const periods = hours.openTimes(now, DAYS_TOLD, TIMES_TOLD);
  const [timeZone] = quietZonesOf(target, tenant, { user });
  const times = (quiet && timeZone !== undefined ? withoutQuiet(quiet, periods, timeZone) : periods)
    .slice(0, TIMES_TOLD)
    .map(({ from, to }) => ({ from: from.toISOString(), to: to.toISOString() }));
  return {
    open,
    ...(opensAt !== undefined && { opensAt }),
    hours: {
      timeZone: hours.timeZone,
      times,
      ...(quiet && target.visitor === "asked" && { quiet: quiet.text }),
    },
  };
}

const describeUser = ({ user }: CallSessionData): SessionResponse["user"] =>
  user === undefined
    ? { kind: "visitor" }
    : { kind: "identified", ...(user.name !== undefined && { name: user.name }) };
