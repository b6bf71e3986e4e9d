import type { Clock } from "../clock.js";
import type { UisClient } from "./uis-client.js";

/** UIS refuses the account itself: no call of it can succeed until a person has seen to it. */
export interface AccountStop {
  since: Date;
  /** JSON-RPC error code UIS gave, if any. */
  code?: number;
}

/** A tenant's account at UIS. */
export interface UisAccount extends UisClient {
  /** Set while nothing is sent because UIS refuses the account. */
  stopped(): AccountStop | undefined;
}

/** Milliseconds after which a stopped account is tried again: often enough to recover alone, too rare to be locked out. */
const PAUSE_MS = 5 * 60_000;

/**
 * Watches what UIS says of the account (address not allowed, login or permission refused, wrong version) and stops it
 * then, so that every further call does not begin with another refused login.
 */
export function createUisAccount(
  client: UisClient,
  clock: Clock,
  onStop: (stop: AccountStop) => void = () => undefined,
): UisAccount {
  let stop: (AccountStop & { until: number }) | undefined;
  return {
    stopped() {
      if (stop !== undefined && clock.monotonic() >= stop.until) stop = undefined;
      return stop;
    },
    async placeCall(order) {
      const outcome = await client.placeCall(order);
      if (outcome.kind === "refused" && outcome.fault === "account") {
        const { code } = outcome;
        const wasStopped = stop !== undefined;
        stop = {
          since: clock.now(),
          until: clock.monotonic() + PAUSE_MS,
          ...(code !== undefined && { code }),
        };
        if (!wasStopped) onStop(stop);
      }
      return outcome;
    },
  };
}
