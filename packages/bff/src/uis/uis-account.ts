import type { Clock } from "../clock.js";
import type { CallOrder, MayISend, Outcome, UisClient } from "./uis-client.js";

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

/** Milliseconds nothing is sent after UIS has said that it is at its limit: doubled each time, up to the last. */
const FIRST_REST_MS = 1000;
const LONGEST_REST_MS = 60_000;

/**
 * Watches what UIS says of the account (address not allowed, login or permission refused, wrong version) and stops it
 * then, so that every further call does not begin with another refused login. At its limit it is left alone for a
 * while; then one call asks for all whether there is room again.
 */
export function createUisAccount(
  client: UisClient,
  clock: Clock,
  onStop: (stop: AccountStop) => void = () => undefined,
): UisAccount {
  let stop: (AccountStop & { until: number }) | undefined;
  let rest: { until: number; length: number } | undefined;

  const beginRest = (length: number): void => {
    rest = { until: clock.monotonic() + length, length };
  };

  /** Sends the order; what comes of it tells whether UIS is at its limit. */
  async function send(order: CallOrder, mayISend: MayISend | undefined): Promise<Outcome> {
    const probed = rest;
    // Whoever comes while this one asks waits on.
    if (probed !== undefined) beginRest(probed.length);
    const outcome = await client.placeCall(order, mayISend);
    if (outcome.kind === "wait" && outcome.because === "limit") {
      // Of many calls under way the first to hear it speaks for all.
      if (probed !== undefined) beginRest(Math.min(2 * probed.length, LONGEST_REST_MS));
      else if (rest === undefined) beginRest(FIRST_REST_MS);
    } else if (probed !== undefined && provesAccount(outcome)) {
      rest = undefined;
    }
    return outcome;
  }

  return {
    stopped() {
      if (stop !== undefined && clock.monotonic() >= stop.until) stop = undefined;
      return stop;
    },
    async placeCall(order, mayISend) {
      const refusal = this.stopped();
      if (refusal !== undefined) return { kind: "refused", fault: "account", ...codeOf(refusal) };
      if (rest !== undefined && clock.monotonic() < rest.until) return { kind: "wait", because: "limit" };
      const outcome = await send(order, mayISend);
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
