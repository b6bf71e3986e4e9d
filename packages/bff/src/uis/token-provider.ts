import type { Clock } from "../clock.js";
import type { Outcome } from "./uis-client.js";

/** A token lives an hour; a request on its way must not outlive it. (Call API v1 §3) */
export const TOKEN_LIFE_MS = 50 * 60 * 1000;

/** A token, with the milliseconds it is still to be used unless it is new; or why there is none. */
export type TokenAnswer = { token: string; lifeLeft?: number } | Outcome;

/** The account's token: asked for once however many wait for it, renewed before its hour is over. */
export interface TokenProvider {
  /** A token, or why there is none. */
  get(): Promise<{ token: string } | Outcome>;
  /** UIS has taken this token. */
  accepted(token: string): void;
  /**
   * UIS has refused this token; the next `get` asks for another.
   *
   * @returns whether that is of use: not when the token had just replaced a refused one and was refused itself
   */
  refused(token: string): boolean;
}

/** @param obtain asks for a token, other than the one refused */
export function createTokenProvider(
  obtain: (refused: string | undefined) => Promise<TokenAnswer>,
  clock: Clock,
): TokenProvider {
  let current: { token: string; renewAt: number; replacesRefused: boolean } | undefined;
  /** The one that the next token takes the place of, because it was refused. */
  let refusedToken: string | undefined;
  let inFlight: Promise<{ token: string } | Outcome> | undefined;

  async function renew(): Promise<{ token: string } | Outcome> {
    // Counted from before the request: the hour may begin when UIS makes the token.
    const asked = clock.monotonic();
    const answer = await obtain(refusedToken);
    current = undefined;
    if ("token" in answer) {
      const { token, lifeLeft } = answer;
      // Only a new token that is refused tells of the account; one in common may have become old meanwhile.
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
      // Of many calls under way the first to hear it speaks for all.
      if (current?.token !== token) return true;
      const worthwhile = !current.replacesRefused;
      current = undefined;
      refusedToken = token;
      return worthwhile;
    },
  };
}
