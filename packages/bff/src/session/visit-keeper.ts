import type { Request } from "express";
import { Refusal } from "../refusal.js";
import type { Visit } from "./session.js";

/** Where visits are kept between requests. */
export interface VisitKeeper {
  /** The visit of the request's session, or none. */
  of(request: Request): Visit | undefined;
  /**
   * Keeps the visit under a session id that nobody has seen yet, where that is ours to choose; returns only once it is
   * stored.
   *
   * @throws Refusal `unavailable` when it could not be
   */
  keep(request: Request, visit: Visit): Promise<void>;
  end(request: Request): Promise<void>;
  /** What the page has to send as a bearer from now on, where it has no cookie. */
  tokenFor(request: Request): string | undefined;
}

/** Where the response's locals have the {@link VisitKeeper}. */
export const KEEPER = "visitKeeper";

/** @throws Refusal `unavailable` where the session has gone missing on the way */
export function keeperOf(request: Request): VisitKeeper {
  const keeper = request.res?.locals[KEEPER] as VisitKeeper | undefined;
  if (keeper === undefined) throw new Refusal("unavailable", "the session store is away");
  return keeper;
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
