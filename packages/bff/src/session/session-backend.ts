import type { Request } from "express";
import { Refusal } from "../refusal.js";
import type { CallSessionData } from "./session.js";

/** Stores session data between requests, either in the backend's own sessions or in the host's. */
export interface SessionBackend {
  /**
   * Reads the request's session with the tenant. Runs once, before the other methods.
   *
   * @param bearer whether to begin a new session that travels by token, whatever the request carries
   * @throws Refusal `unavailable` when it could not be read
   */
  load(request: Request, tenant: string, bearer: boolean): Promise<void>;
  /** Returns the data of the request's session with the tenant; undefined when there is none. */
  of(request: Request, tenant: string): CallSessionData | undefined;
  /** Whether the browser sends the request's session on its own, so that a change also needs the CSRF token. */
  isAmbient(request: Request): boolean;
  /**
   * Stores the data and resolves when it is stored. If the backend manages the session ids itself, the session
   * gets a new id.
   *
   * @throws Refusal `unavailable` when the data could not be stored
   */
  save(request: Request, data: CallSessionData): Promise<void>;
  /** Ends the request's session with the tenant. */
  end(request: Request, tenant: string): Promise<void>;
  /** Whether the session with which the request began still exists. */
  isAlive(request: Request): Promise<boolean>;
  /** Returns the bearer token that the page sends from now on; undefined for cookie sessions. */
  tokenFor(request: Request): string | undefined;
}

/** Name of the property of `response.locals` that holds the {@link SessionBackend}. */
export const BACKEND = "sessionBackend";

/**
 * Returns the session backend of a request.
 *
 * @throws Refusal `unavailable` when the request has none
 */
export function backendOf(request: Request): SessionBackend {
  const backend = request.res?.locals[BACKEND] as SessionBackend | undefined;
  if (backend === undefined) throw new Refusal("unavailable", "the session store is unavailable; try again");
  return backend;
}

/** Converts a function with a Node-style callback to a promise. */
export const promised = (start: (done: (error?: unknown) => void) => void): Promise<void> =>
  new Promise((resolve, reject) => {
    start((error) => {
      if (error == null) resolve();
      else reject(error instanceof Error ? error : new Error("the session failed", { cause: error }));
    });
  });

/** Creates the refusal for session data that could not be stored. */
export const notStored = (cause: unknown): Refusal =>
  new Refusal("unavailable", "the session could not be stored; try again", { cause });
