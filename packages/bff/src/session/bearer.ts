import type { Request, RequestHandler } from "express";
import type { Store } from "express-session";
import { createTextCipher } from "../config/text-cipher.js";
import type { Secret } from "../config/secret.js";

/** Store that express-session has been set up with, which adds `generate`. */
type ReadyStore = Store & { generate(request: Request): void };

/** Sessions by bearer token. */
export interface BearerSessions {
  /** Loads the session of `Authorization: Bearer` in place of express-session. Never sets a cookie. */
  middleware: RequestHandler;
  /** Token that a page of another site sends from now on. */
  tokenFor(request: Request): string;
}

/**
 * Makes sessions for pages on other sites. Their records lie in the same store as those of cookie sessions. The token
 * is the session id encrypted with a key of its own, so a token cannot be turned into a cookie, and neither a cookie
 * nor a database record into a token.
 *
 * @param store one that express-session has been set up with
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
