import type { Clock } from "../clock.js";
import type { Outcome } from "./uis-client.js";

/** A key lives an hour; a request on its way must not outlive it. (Call API v1 §3) */
export const KEY_LIFE_MS = 50 * 60 * 1000;

/** A key, with the milliseconds it is still to be used unless it is new; or why there is none. */
export type KeyAnswer = { key: string; lifeLeft?: number } | Outcome;

/** The account's session key: asked for once however many wait for it, renewed before its hour is over. */
export interface SessionKeys {
  /** A key, or why there is none. */
  get(): Promise<{ key: string } | Outcome>;
  /** UIS has taken this key. */
  accepted(key: string): void;
  /**
   * UIS has refused this key; the next `get` asks for another.
   *
   * @returns whether that is of use: not when the key had just replaced a refused one and was refused itself
   */
  refused(key: string): boolean;
}

/** @param obtain asks for a key, other than the one refused */
export function createSessionKeys(
  obtain: (refused: string | undefined) => Promise<KeyAnswer>,
  clock: Clock,
): SessionKeys {
  let current: { key: string; renewAt: number; replacesRefused: boolean } | undefined;
  /** The one that the next key takes the place of, because it was refused. */
  let refusedKey: string | undefined;
  let inFlight: Promise<{ key: string } | Outcome> | undefined;

  async function renew(): Promise<{ key: string } | Outcome> {
    // Counted from before the request: the hour may begin when UIS makes the key.
    const asked = clock.monotonic();
    const answer = await obtain(refusedKey);
    current = undefined;
    if ("key" in answer) {
      const { key, lifeLeft } = answer;
      // Only a new key that is refused tells of the account; one in common may have become old meanwhile.
      const replacesRefused = refusedKey !== undefined && lifeLeft === undefined;
      current = { key, renewAt: asked + (lifeLeft ?? KEY_LIFE_MS), replacesRefused };
      refusedKey = undefined;
    }
    return answer;
  }

  return {
    get() {
      if (current !== undefined && clock.monotonic() < current.renewAt)
        return Promise.resolve({ key: current.key });
      inFlight ??= renew().finally(() => (inFlight = undefined));
      return inFlight;
    },
    accepted(key) {
      if (current?.key === key) current.replacesRefused = false;
    },
    refused(key) {
      // Of many calls under way the first to hear it speaks for all.
      if (current?.key !== key) return true;
      const worthwhile = !current.replacesRefused;
      current = undefined;
      refusedKey = key;
      return worthwhile;
    },
  };
}
