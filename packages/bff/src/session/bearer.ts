import type { Request, RequestHandler } from "express";
import type { Store } from "express-session";
import { createTextCipher } from "../config/text-cipher.js";
import type { Secret } from "../config/secret.js";

/** Store with which express-session has been set up. express-session adds `generate` to it. */
type ReadyStore = Store & { generate(request: Request): void };

/** Sessions that are identified by a bearer token. */
export interface BearerSessions {
  /**
   * Loads the session that the `Authorization: Bearer` header names, instead of express-session. Never sets a
   * cookie.
   */
  middleware: RequestHandler;
  /** Returns the token that a page of another site must send from now on. */
  tokenFor(request: Request): string;
}

/**
 * Creates sessions for pages on other sites. They are stored together with cookie sessions. A token is the
 * session id, encrypted with a separate key. A token therefore cannot be turned into a cookie, and neither a
 * cookie nor a database record can be turned into a token.
 *
 * @param store a store with which express-session has been set up
 */
export function createBearerSessions(store: Store, secrets: readonly Secret[]): BearerSessions {
  const cipher = createTextCipher("session tokens", secrets);
  const generate = (request: Request): void => (store as ReadyStore).generate(request);
  return {
    middleware(request, _response, next) {
      request.sessionStore = store as typeof request.sessionStore;
      const sid = sessionIdIn(request.get("authorization"));
      if (sid === undefined) {
        generate(request);
        next();
        return;
      }
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
