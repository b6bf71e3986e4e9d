import type { Clock } from "../clock.js";
import type { Outcome } from "./uis-client.js";

/**
 * Milliseconds for which a token is used. UIS accepts a token for an hour. The rest of the hour is reserved for
 * requests that are still under way (Call API v1 §3).
 */
export const TOKEN_LIFE_MS = 50 * 60 * 1000;

/**
 * A token or, if there is none, an object that explains why. `lifeLeft` is the number of milliseconds for
 * which the token can still be used; it is absent for a new token.
 */
export type TokenAnswer<Failure extends object = Outcome> = { token: string; lifeLeft?: number } | Failure;

/** Provides the token of an account. Requests one token for all callers and renews it before its hour is over. */
export interface TokenProvider<Failure extends object = Outcome> {
  /** Returns a token or, if there is none, an object that explains why. */
  get(): Promise<{ token: string } | Failure>;
  /** Records that UIS accepted this token. */
  accepted(token: string): void;
  /**
   * Records that UIS refused this token. The next call of `get` requests another token.
   *
   * @returns whether the request should be sent again; false when this token had itself replaced a refused one
   */
  refused(token: string): boolean;
}

/** @param obtain obtains a token other than `refused` */
export function createTokenProvider<Failure extends object>(
  obtain: (refused: string | undefined) => Promise<TokenAnswer<Failure>>,
  clock: Clock,
): TokenProvider<Failure> {
  let current: { token: string; renewAt: number; replacesRefused: boolean } | undefined;
  /** Token that UIS refused and that the next token replaces. */
  let refusedToken: string | undefined;
  let inFlight: Promise<{ token: string } | Failure> | undefined;

  async function renew(): Promise<{ token: string } | Failure> {
    // Takes the time before the request, because the hour begins when UIS makes the token.
    const asked = clock.monotonic();
    const answer = await obtain(refusedToken);
    current = undefined;
    if ("token" in answer) {
      const { token, lifeLeft } = answer;
      // Only the refusal of a new token proves that UIS refuses the account. A shared token may simply have
      // expired.
      const replacesRefused = refusedToken !== undefined && lifeLeft === undefined;
      current = { token, renewAt: asked + (lifeLeft ?? TOKEN_LIFE_MS), replacesRefused };
      refusedToken = undefined;
    }
    return answer;
  }

  return {
    get() {
      if (current !== undefined && clock.monotonic() < current.renewAt)
        return Promise.resolve({ token: current.token });
      inFlight ??= renew().finally(() => (inFlight = undefined));
      return inFlight;
    },
    accepted(token) {
      if (current?.token === token) current.replacesRefused = false;
    },
    refused(token) {
      // Counts only the first of several simultaneous refusals.
      if (current?.token !== token) return true;
      const worthwhile = !current.replacesRefused;
      current = undefined;
      refusedToken = token;
      return worthwhile;
    },
  };
}
