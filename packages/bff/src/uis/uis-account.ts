import type { Clock } from "../clock.js";
import type { Outcome, UisClient } from "./uis-client.js";

/** UIS refuses the account itself: no call of it is sent until a while has passed. */
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
    async placeCall(order, mayISend) {
      const refusal = this.stopped();
      if (refusal !== undefined) return { kind: "refused", fault: "account", ...codeOf(refusal) };
      const outcome = await client.placeCall(order, mayISend);
      if (provesAccount(outcome)) stop = undefined;
      if (outcome.kind === "refused" && outcome.fault === "account" && stop === undefined) {
        stop = { since: clock.now(), until: clock.monotonic() + PAUSE_MS, ...codeOf(outcome) };
        onStop(stop);
      }
      return outcome;
    },
  };
}

const codeOf = ({ code }: { code?: number }) => (code === undefined ? {} : { code });

/** Whether UIS has looked past the account. */
const provesAccount = (outcome: Outcome): boolean =>
  outcome.kind === "placed" ||
  (outcome.kind === "refused" && outcome.fault !== "account") ||
  (outcome.kind === "wait" && outcome.because === "limit");
