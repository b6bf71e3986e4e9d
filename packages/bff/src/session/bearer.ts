import type { Request, RequestHandler } from "express";
import type { Store } from "express-session";
import { createTextCipher } from "../config/text-cipher.js";
import type { Secret } from "../config/secret.js";
import { siteRelationOf } from "./site-relation.js";

/** Store with which express-session has been set up. express-session adds `generate` to it. */
type ReadyStore = Store & { generate(request: Request): void };

/** Sessions that are identified by a bearer token. */
export interface BearerSessions {
  /** Whether the request's session travels by token: the page is of another site, or sends a bearer. */
  isUsedBy(request: Request): boolean;
  /** Gives the request a new session in place of the one it carries. Never sets a cookie. */
  begin(request: Request): void;
  /** Loads the session of `Authorization: Bearer` in place of express-session. Never sets a cookie. */
  middleware: RequestHandler;
  /** Token that the page sends from now on. */
  tokenFor(request: Request): string;
}

/**
 * Makes sessions for pages whose cookies do not come back. Their records lie in the same store as those of cookie sessions. The token
 * is the session id encrypted with a key of its own, so a token cannot be turned into a cookie, and neither a cookie
 * nor a database record into a token.
 *
 * @param store a store with which express-session has been set up
 */
export function createBearerSessions(store: Store, secrets: readonly Secret[]): BearerSessions {
  const cipher = createTextCipher("session tokens", secrets);
  const generate = (request: Request): void => (store as ReadyStore).generate(request);
  const begin = (request: Request): void => {
    request.sessionStore = store as typeof request.sessionStore;
    generate(request);
  };
  return {
    isUsedBy: (request) =>
      siteRelationOf(request) === "cross-site" || /^Bearer /i.test(request.get("authorization") ?? ""),
    begin,
    middleware(request, _response, next) {
      const sid = sessionIdIn(request.get("authorization"));
      if (sid === undefined) {
        begin(request);
        next();
        return;
      }
      request.sessionStore = store as typeof request.sessionStore;
      store.get(sid, (error: unknown, session) => {
        if (error != null) {
          next(error);
          return;
        }
        if (session == null) generate(request);
        else {
          request.sessionID = sid;
          store.createSession(request, session);
        }
        next();
      });
    },
    tokenFor: (request) => cipher.encrypt(request.sessionID),
  };

  function sessionIdIn(authorization: string | undefined): string | undefined {
    const token = /^Bearer ([\w-]{1,200})$/i.exec(authorization ?? "")?.[1];
    return token === undefined ? undefined : cipher.decrypt(token);
  }
}
