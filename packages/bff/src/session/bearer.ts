import type { Request, RequestHandler } from "express";
import type { Store } from "express-session";
import { createTextCipher } from "../config/text-cipher.js";
import type { Secret } from "../config/secret.js";

/** express-session gives the store this when it is set up with it. */
type ReadyStore = Store & { generate(request: Request): void };

export interface BearerSessions {
  /** Finds the session by `Authorization: Bearer`, in the place of express-session; it never sets a cookie. */
  middleware: RequestHandler;
  /** What the page of another site sends from now on. */
  tokenFor(request: Request): string;
}

/**
 * Sessions of pages on other sites: the records are those of the cookie sessions, in the same store. The token is the
 * session id encrypted under a key of its own, so neither a cookie nor what the database holds can be made into one, nor
 * one into a cookie.
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
