import type { Clock } from "../clock.js";
import type { Outcome } from "./uis-client.js";

/** Milliseconds a token is used. It is valid for an hour, and must outlive requests under way (Call API v1 §3). */
export const TOKEN_LIFE_MS = 50 * 60 * 1000;

/** A token, with the milliseconds it has left unless it is new; or the outcome that explains why there is none. */
export type TokenAnswer = { token: string; lifeLeft?: number } | Outcome;

/** Provides the account's token. Requests one for all callers together, and renews it before its hour is over. */
export interface TokenProvider {
  /** Returns a token, or the outcome that explains why there is none. */
  get(): Promise<{ token: string } | Outcome>;
  /** Notes that UIS accepted this token. */
  accepted(token: string): void;
  /**
   * Notes that UIS refused this token; the next `get` requests another.
   *
   * @returns whether another attempt makes sense: not when this token had replaced a refused one
   */
  refused(token: string): boolean;
}

/** @param obtain requests a token that differs from `refused` */
export function createTokenProvider(
  obtain: (refused: string | undefined) => Promise<TokenAnswer>,
  clock: Clock,
): TokenProvider {
  let current: { token: string; renewAt: number; replacesRefused: boolean } | undefined;
  /** Refused token that the next one replaces. */
  let refusedToken: string | undefined;
  let inFlight: Promise<{ token: string } | Outcome> | undefined;

  async function renew(): Promise<{ token: string } | Outcome> {
    // Measured from before the request, because the hour starts when UIS makes the token.
    const asked = clock.monotonic();
    const answer = await obtain(refusedToken);
    current = undefined;
    if ("token" in answer) {
      const { token, lifeLeft } = answer;
      // Only a new token's refusal concerns the account; a shared one may have expired meanwhile.
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
      // Of simultaneous refusals, only the first counts.
      if (current?.token !== token) return true;
      const worthwhile = !current.replacesRefused;
      current = undefined;
      refusedToken = token;
      return worthwhile;
    },
  };
}
