import { randomBytes, randomUUID, timingSafeEqual } from "node:crypto";
import type { Request, RequestHandler, Response } from "express";
import expressSession, { type Store } from "express-session";
import type { Clock } from "../clock.js";
import type { Tenant } from "../config/configuration.js";
import type { Logger } from "../log.js";
import type { Secret } from "../config/secret.js";
import { Refusal } from "../refusal.js";
import { type BearerSessions, createBearerSessions } from "./bearer.js";
import { cookieName, cookieOptions, dropOldest } from "./cookies.js";
import type { Identity } from "./identity.js";
import { BACKEND, backendOf, notStored, promised, type SessionBackend } from "./session-backend.js";

/** An {@link Identity} whose number is encrypted by the number cipher. */
export type SessionUser = Identity;

/** Data of the session of one browser with one tenant. */
export interface CallSessionData {
  tenant: string;
  /**
   * Random id of the owner of the session's calls. It is not the session id, so that no record of a call can be
   * turned into a cookie.
   */
  principal: string;
  csrfToken: string;
  /** User that the host site identified. Absent for an anonymous visitor. */
  user?: SessionUser;
  /** Time at which the session was opened, in milliseconds since the epoch. */
  openedAt: number;
}

declare module "express-session" {
  interface SessionData {
    uisCall?: CallSessionData;
  }
}

export interface SessionOptions {
  store: Store;
  /** Ids of the tenants. */
  tenants: Iterable<string>;
  /** Newest first: the first signs, all verify. */
  secrets: readonly Secret[];
  /** Whether browsers reach the backend by https. */
  secure: boolean;
  log: Logger;
}

/**
 * Gives requests the backend's own sessions: by a cookie per tenant for pages of the backend's site, by bearer token for
 * other sites and where a page sends one; the other credential is ignored. A failing store is an error, never an
 * anonymous visitor.
 */
export function sessionMiddleware(options: SessionOptions): RequestHandler[] {
  const byTenant = new Map<string, RequestHandler>();
  // Each of express-session's handlers listens to the store, which warns of more than ten.
  options.store.setMaxListeners(0);
  for (const tenant of options.tenants) byTenant.set(tenant, cookieSessions(tenant, options));
  const backend = ownBackend(byTenant, createBearerSessions(options.store, options.secrets), options);
  return [
    (_request, response, next) => {
      response.locals[BACKEND] = backend;
      next();
    },
  ];
}

/** Makes the handler that reads and sets a tenant's cookie. */
const cookieSessions = (tenant: string, { store, secrets, secure, log }: SessionOptions): RequestHandler =>
  answeringOnce(
    expressSession({
      name: cookieName(tenant, secure),
      secret: secrets.map((secret) => secret.reveal()),
      store,
      resave: false,
      saveUninitialized: false,
      rolling: false,
      // Keeps the session: with "destroy", a session that only could not be read would be deleted.
      unset: "keep",
      cookie: cookieOptions(secure),
    }),
    log,
  );

/**
 * Calls `next` only once. express-session reports an error at the end of a response a second time, and Express
 * would then cut the response off.
 */
const answeringOnce =
  (session: RequestHandler, log: Logger): RequestHandler =>
  (request, response, next) => {
    let answered = false;
    void session(request, response, (error?: unknown) => {
      if (answered) {
        log.error({ err: error }, "the session could not be cleaned up after the answer");
        return;
      }
      answered = true;
      next(error);
    });
  };

/** Name of the response local that says whether the session travels by bearer token. */
const BY_BEARER = "sessionByBearer";

/** Keeps session data in the backend's own sessions. */
const ownBackend = (
  byTenant: ReadonlyMap<string, RequestHandler>,
  bearer: BearerSessions,
  { store, secure }: Pick<SessionOptions, "store" | "secure">,
): SessionBackend => ({
  async load(request, tenant, asked) {
    const response = request.res as Response;
    const byBearer = asked || bearer.isUsedBy(request);
    response.locals[BY_BEARER] = byBearer;
    if (asked) bearer.begin(request);
    else {
      const session = byBearer ? bearer.middleware : byTenant.get(tenant);
      if (session !== undefined) await promised((done) => void session(request, response, done));
    }
    // Without its store, express-session goes on without a session.
    if ((request.session as unknown) === undefined)
      throw new Refusal("unavailable", "the session store is unavailable; try again");
  },
  of(request, tenant) {
    const data = request.session.uisCall;
    // A cookie's value can be sent under another tenant's name, and a bearer for another tenant.
    return data?.tenant === tenant ? data : undefined;
  },
  isAmbient: (request) => !bearer.isUsedBy(request),
  async save(request, data) {
    try {
      await promised((done) => request.session.regenerate(done));
      request.session.uisCall = data;
      await promised((done) => request.session.save(done));
    } catch (cause) {
      abandonSession(request);
      throw notStored(cause);
    }
    if (request.res?.locals[BY_BEARER] !== true) dropOldest(request, data.tenant, secure);
  },
  end: (request) => promised((done) => request.session.destroy(done)),
  isAlive: (request) =>
    new Promise((resolve, reject) => {
      store.get(request.sessionID, (error: unknown, session) => {
        if (error == null) resolve(session != null);
        else reject(notStored(error));
      });
    }),
  tokenFor: (request) => (request.res?.locals[BY_BEARER] === true ? bearer.tokenFor(request) : undefined),
});

/** Prevents express-session from saving the session again and setting its cookie at the end of the response. */
function abandonSession(request: Request): void {
  (request as { session: unknown }).session = null;
}

/** Name of the response local that holds the id of the tenant whose session is loaded. */
const TENANT = "sessionTenant";

/**
 * Reads the request's session with the tenant: the only one that {@link sessionOf} returns.
 *
 * @param bearer whether to begin a new session that travels by token
 * @throws Refusal `unavailable` when it could not be read
 */
export async function loadSession(request: Request, tenant: string, bearer = false): Promise<void> {
  const { locals } = request.res as Response;
  locals[TENANT] = tenant;
  await backendOf(request).load(request, tenant, bearer);
}

const tenantOf = (request: Request): string => request.res?.locals[TENANT] as string;

/** Returns the data of this request's session; undefined when there is none. */
export const sessionOf = (request: Request): CallSessionData | undefined =>
  backendOf(request).of(request, tenantOf(request));

/**
 * Opens a session of `user` with `tenant`. Continues the present session if it belongs to the same user.
 * Each sign-in gets a fresh session id, even of the same user, whose rights may have changed. Resolves when it is
 * stored.
 *
 * @throws Refusal `unavailable` when the session could not be stored; then no cookie is set
 */
export async function openSession(
  request: Request,
  tenant: Tenant,
  clock: Clock,
  user?: SessionUser,
): Promise<CallSessionData> {
  const present = sessionOf(request);
  const same = present !== undefined && present.user?.id === user?.id;
  if (same && user === undefined) return present;
  const session: CallSessionData = {
    ...(same
      ? present
      : {
          tenant: tenant.id,
          principal: randomUUID(),
          csrfToken: randomBytes(32).toString("base64url"),
          openedAt: clock.now().getTime(),
        }),
    ...(user !== undefined && { user }),
  };
  await backendOf(request).save(request, session);
  return session;
}

/** Ends the session and deletes its record. */
export const closeSession = (request: Request): Promise<void> =>
  backendOf(request).end(request, tenantOf(request));

/** Whether the session of a request that is still open has not ended meanwhile. */
export const isSessionAlive = (request: Request): Promise<boolean> => backendOf(request).isAlive(request);

/**
 * Returns the session of a request. With `csrf`, a request with a cookie session must also send the CSRF token.
 * A request with a bearer token need not, because browsers never send a bearer token by themselves.
 *
 * @throws Refusal `session_required`, or `csrf_failed` when `X-CSRF-Token` is not the token of this session
 */
export function requireSession(request: Request, { csrf }: { csrf: boolean }): CallSessionData {
  const session = sessionOf(request);
  if (session === undefined) throw noSession();
  const ambient = backendOf(request).isAmbient(request);
  if (csrf && ambient && !sameToken(request.get("x-csrf-token") ?? "", session.csrfToken)) {
    throw new Refusal("csrf_failed", "send the session's csrfToken in the header X-CSRF-Token");
  }
  return session;
}

export const noSession = (): Refusal =>
  new Refusal("session_required", "open a session first: POST /session");

function sameToken(given: string, expected: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(expected)];
  return a.length === b.length && timingSafeEqual(a, b);
}
