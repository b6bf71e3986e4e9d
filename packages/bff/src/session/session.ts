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

/** As {@link Identity}, with the number encrypted by the number cipher. */
export type SessionUser = Identity;

/** The data of one browser's session with one tenant. */
export interface CallSessionData {
  tenant: string;
  /** Owner of the calls made in it; not the session id, so that no record can be turned into a cookie. */
  principal: string;
  csrfToken: string;
  /** Who the host site says it is. */
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
  /** Browsers reach us by https. */
  secure: boolean;
  log: Logger;
}

export const cookieName = (secure: boolean): string => (secure ? "__Host-uis_call" : "uis_call");

/**
 * By cookie for pages of our own site, by bearer for others; what comes the other way is
 * not looked at. A store that fails is an error here, never an anonymous visitor.
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
      // "destroy" would end a session that could only not be read.
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
 * express-session reports once more what goes wrong at the end of an answer, when nobody is left to hear it but
 * Express, which would then cut the answer off.
 */
const answeringOnce =
  (session: RequestHandler, log: Logger): RequestHandler =>
  (request, response, next) => {
    let answered = false;
    void session(request, response, (error?: unknown) => {
      if (answered) {
        log.error({ err: error }, "the session could not be tidied up after the answer");
        return;
      }
      answered = true;
      next(error);
    });
  };

/** express-session goes on without a session when its store is away. */
const requireStore: RequestHandler = (request, _response, next) => {
  if ((request.session as unknown) === undefined)
    throw new Refusal("unavailable", "the session store is away");
  next();
};

/** Keeps session data in sessions of our own. */
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

/** Without this express-session would save once more at the end of the response, and set the cookie of it. */
function abandonSession(request: Request): void {
  (request as { session: unknown }).session = null;
}

/** The data of this request's session, or none. */
export const sessionOf = (request: Request): CallSessionData | undefined => backendOf(request).of(request);

/**
 * Opens a session of `user` with `tenant`: goes on with the one at hand if it is the same user's, or begins another. Each
 * sign-in is kept under a fresh session id, the same user's, too, who may have other rights now. Returns only once it is
 * stored.
 *
 * @throws Refusal `unavailable` when it could not be stored; no cookie is set then
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

/** Ends the session here and in the store. */
export const closeSession = (request: Request): Promise<void> => backendOf(request).end(request);

/**
 * The session of a request. No browser adds a bearer by itself, so only a cookie needs the CSRF token beside it.
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
