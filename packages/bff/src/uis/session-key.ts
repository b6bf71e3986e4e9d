import type { Clock } from "../clock.js";
import type { Outcome } from "./uis-client.js";

/** A key lives an hour; a request on its way must not outlive it. (Call API v1 §3) */
const KEY_LIFE_MS = 50 * 60 * 1000;

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

export function createSessionKeys(
  authenticate: () => Promise<{ key: string } | Outcome>,
  clock: Clock,
): SessionKeys {
  let current: { key: string; renewAt: number; replacesRefused: boolean } | undefined;
  /** The key asked for next takes the place of one that was refused. */
  let replacing = false;
  let inFlight: Promise<{ key: string } | Outcome> | undefined;

  async function renew(): Promise<{ key: string } | Outcome> {
    // Counted from before the request: the hour may begin when UIS makes the key.
    const renewAt = clock.monotonic() + KEY_LIFE_MS;
    const answer = await authenticate();
    current = undefined;
    if ("key" in answer) {
      current = { key: answer.key, renewAt, replacesRefused: replacing };
      replacing = false;
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
      replacing = true;
      return worthwhile;
    },
  };
}
