import { randomBytes, randomUUID, timingSafeEqual } from "node:crypto";
import type { Request, RequestHandler } from "express";
import expressSession, { type Store } from "express-session";
import type { Clock } from "../clock.js";
import type { Tenant } from "../config/configuration.js";
import type { Logger } from "../log.js";
import type { Secret } from "../config/secret.js";
import { Refusal } from "../refusal.js";
import { type BearerSessions, createBearerSessions } from "./bearer.js";
import { siteRelationOf } from "./site-relation.js";
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
  /** Secrets, newest first. The first one signs cookies; a signature by any of them is accepted. */
  secrets: readonly Secret[];
  /** Whether browsers reach the backend by https. */
  secure: boolean;
  log: Logger;
}

/** Returns the name of the session cookie. Browsers accept the prefix `__Host-` only with https. */
export const cookieName = (secure: boolean): string => (secure ? "__Host-uis_call" : "uis_call");

/**
 * Returns handlers that load the session of a request. For pages of the backend's own site, the cookie
 * identifies the session; for pages of other sites, the bearer token does. The other credential is ignored. If
 * the store fails, the request fails: the visitor is never treated as anonymous instead.
 */
export function sessionMiddleware({ store, secrets, secure, log }: SessionOptions): RequestHandler[] {
  const byCookie = answeringOnce(
    expressSession({
      name: cookieName(secure),
      secret: secrets.map((secret) => secret.reveal()),
      store,
      resave: false,
      saveUninitialized: false,
      rolling: false,
      // Keeps the session: with "destroy", a session that only could not be read would be deleted.
      unset: "keep",
      cookie: { path: "/", httpOnly: true, sameSite: "strict", secure },
    }),
    log,
  );
  const bearer = createBearerSessions(store, secrets);
  const backend = ownBackend(bearer, store);
  return [
    (request, response, next) => {
      response.locals[BACKEND] = backend;
      const session = siteRelationOf(request) === "cross-site" ? bearer.middleware : byCookie;
      void session(request, response, next);
    },
    requireStore,
  ];
}

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

/** Refuses the request if the store has failed, because express-session would continue without a session. */
const requireStore: RequestHandler = (request, _response, next) => {
  if ((request.session as unknown) === undefined)
    throw new Refusal("unavailable", "the session store is unavailable; try again");
  next();
};

/** Stores session data in the backend's own sessions. */
const ownBackend = (bearer: BearerSessions, store: Store): SessionBackend => ({
  of: (request) => request.session.uisCall,
  async save(request, data) {
    try {
      await promised((done) => request.session.regenerate(done));
      request.session.uisCall = data;
      await promised((done) => request.session.save(done));
    } catch (cause) {
      abandonSession(request);
      throw notStored(cause);
    }
  },
  end: (request) => promised((done) => request.session.destroy(done)),
  isAlive: (request) =>
    new Promise((resolve, reject) => {
      store.get(request.sessionID, (error: unknown, session) => {
        if (error == null) resolve(session != null);
        else reject(notStored(error));
      });
    }),
  tokenFor: (request) => (siteRelationOf(request) === "cross-site" ? bearer.tokenFor(request) : undefined),
});

/** Prevents express-session from saving the session again and setting its cookie at the end of the response. */
function abandonSession(request: Request): void {
  (request as { session: unknown }).session = null;
}

/** Returns the data of this request's session. Returns undefined if there is no session. */
export const sessionOf = (request: Request): CallSessionData | undefined => backendOf(request).of(request);

/**
 * Opens a session of `user` with `tenant`. Continues the current session if it belongs to the same user and
 * tenant. Each login gets a new session id, even a repeated login of the same user, whose permissions may have
 * changed. Resolves when the session is stored.
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
  const same = present?.tenant === tenant.id && present.user?.id === user?.id;
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

/** Ends the session and deletes its data. */
export const closeSession = (request: Request): Promise<void> => backendOf(request).end(request);

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
  if (session === undefined) throw new Refusal("session_required", "open a session first: POST /session");
  const ambient = siteRelationOf(request) !== "cross-site";
  if (csrf && ambient && !sameToken(request.get("x-csrf-token") ?? "", session.csrfToken)) {
    throw new Refusal("csrf_failed", "send the session's csrfToken in the header X-CSRF-Token");
  }
  return session;
}

function sameToken(given: string, expected: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(expected)];
  return a.length === b.length && timingSafeEqual(a, b);
}
