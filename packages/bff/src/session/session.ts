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

/** Data of one browser's session with one tenant. */
export interface CallSessionData {
  tenant: string;
  /** Random owner of the session's calls. Not the session id, so no record can be turned into a cookie. */
  principal: string;
  csrfToken: string;
  /** User identified by the host site; absent for an anonymous visitor. */
  user?: SessionUser;
  /** Milliseconds since the epoch. */
  openedAt: number;
}

declare module "express-session" {
  interface SessionData {
    uisCall?: CallSessionData;
  }
}

export interface SessionOptions {
  store: Store;
  /** Newest first: the first signs, all verify. */
  secrets: readonly Secret[];
  /** Whether browsers reach the backend by https. */
  secure: boolean;
  log: Logger;
}

/** Name of the session cookie. The prefix `__Host-` needs https. */
export const cookieName = (secure: boolean): string => (secure ? "__Host-uis_call" : "uis_call");

/**
 * Loads the session: by cookie for pages of the backend's own site, by bearer token for other sites; the other
 * credential is ignored. A failing store is an error, never an anonymous visitor.
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
      // With "destroy", a session that merely could not be read would be deleted.
      unset: "keep",
      cookie: { path: "/", httpOnly: true, sameSite: "strict", secure },
    }),
    log,
  );
  const bearer = createBearerSessions(store, secrets);
  const backend = ownBackend(bearer);
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
 * Calls `next` once. express-session reports errors at the end of a response a second time; Express would then cut
 * the response off.
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

/** Refuses the request when the store is down: express-session would go on without a session. */
const requireStore: RequestHandler = (request, _response, next) => {
  if ((request.session as unknown) === undefined)
    throw new Refusal("unavailable", "the session store is unavailable; try again");
  next();
};

/** Keeps session data in the backend's own sessions. */
const ownBackend = (bearer: BearerSessions): SessionBackend => ({
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
  tokenFor: (request) => (siteRelationOf(request) === "cross-site" ? bearer.tokenFor(request) : undefined),
});

/** Stops express-session from saving once more, and setting its cookie, at the end of the response. */
function abandonSession(request: Request): void {
  (request as { session: unknown }).session = null;
}

/** Returns the data of this request's session; undefined when there is none. */
export const sessionOf = (request: Request): CallSessionData | undefined => backendOf(request).of(request);

/**
 * Opens a session of `user` with `tenant`. Continues the present session if it belongs to the same user and tenant.
 * Each sign-in gets a fresh session id, even of the same user, whose rights may have changed. Resolves when it is
 * stored.
 *
 * @throws Refusal `unavailable` when it could not be stored; then no cookie is set
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

/** Ends the session and deletes its record. */
export const closeSession = (request: Request): Promise<void> => backendOf(request).end(request);

/**
 * Returns the session of a request. With `csrf`, a cookie session also needs its CSRF token; a bearer session does
 * not, because browsers send no bearer token on their own.
 *
 * @throws Refusal `session_required`, or `csrf_failed` when `X-CSRF-Token` is not this session's
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
