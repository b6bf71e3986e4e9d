import type { Request } from "express";
import { Refusal } from "../refusal.js";
import type { CallSessionData } from "./session.js";

/** Stores session data between requests: in sessions of our own, or in the host's. */
export interface SessionBackend {
  /** The data of the request's session, or none. */
  of(request: Request): CallSessionData | undefined;
  /**
   * Saves the data under a session id that has not been sent yet, where that is ours to choose; returns only once it is
   * stored.
   *
   * @throws Refusal `unavailable` when it could not be
   */
  save(request: Request, data: CallSessionData): Promise<void>;
  end(request: Request): Promise<void>;
  /** What the page has to send as a bearer from now on, where it has no cookie. */
  tokenFor(request: Request): string | undefined;
}

/** Where the response's locals have the {@link SessionBackend}. */
export const BACKEND = "sessionBackend";

/** @throws Refusal `unavailable` where the session has gone missing on the way */
export function backendOf(request: Request): SessionBackend {
  const backend = request.res?.locals[BACKEND] as SessionBackend | undefined;
  if (backend === undefined) throw new Refusal("unavailable", "the session store is away");
  return backend;
}

export const promised = (start: (done: (error?: unknown) => void) => void): Promise<void> =>
  new Promise((resolve, reject) => {
    start((error) => {
      if (error == null) resolve();
      else reject(error instanceof Error ? error : new Error("the session failed", { cause: error }));
    });
  });

export const notStored = (cause: unknown): Refusal =>
  new Refusal("unavailable", "the session could not be stored; try again", { cause });
