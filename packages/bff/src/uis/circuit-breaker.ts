import type { Clock } from "../clock.js";
import {
  alwaysSend,
  type CallOrder,
  type ConfirmSend,
  type Outcome,
  provesAccess,
  type UisClient,
} from "./uis-client.js";

/** UIS refuses the account itself: nothing is sent for it until some minutes have passed. */
export interface OpenCircuit {
  since: Date;
  /** JSON-RPC error code UIS gave, if any. */
  code?: number;
}

/** UIS for one tenant's account, left alone while it fails. */
export interface CircuitBreaker extends UisClient {
  /** Set while the circuit is open: UIS refuses the account, and nothing is sent. */
  opened(): OpenCircuit | undefined;
}

/** Milliseconds a circuit stays open: short enough to recover alone, too long to be locked out for refused logins. */
const OPEN_MS = 5 * 60_000;

/** Why UIS cools down: at its limit, not to be connected to, or connected to and no proper answer. */
type Failure = "limit" | "unreachable" | "failing";

/** Failures in a row that begin a cool-down. Only a limit is UIS's own word; anything else may be one call's bad luck. */
const FAILURES: Record<Failure, number> = { limit: 1, unreachable: 5, failing: 5 };

/** Milliseconds of a cool-down: doubled each time, up to the last. */
const FIRST_COOL_DOWN_MS = 1000;
const LONGEST_COOL_DOWN_MS = 60_000;

/**
 * Opens the circuit when UIS refuses the account (address not allowed, login or permission refused, wrong version), so
 * that every further call does not begin with another refused login. At its limit, or when call after call fails, UIS
 * has a cool-down; then the circuit is half-open: one call asks for all whether it is well again.
 */
export function createCircuitBreaker(
  client: UisClient,
  clock: Clock,
  onOpen: (circuit: OpenCircuit) => void = () => undefined,
): CircuitBreaker {
  let circuit: (OpenCircuit & { until: number }) | undefined;
  let coolDown: { because: Failure; until: number; length: number } | undefined;
  let failures = 0;

  const beginCoolDown = (because: Failure, length: number): void => {
    coolDown = { because, until: clock.monotonic() + length, length };
  };

  const endCoolDown = (): void => {
    coolDown = undefined;
    failures = 0;
  };

  /** Sends the order; what comes of it begins or ends a cool-down. */
  async function send(order: CallOrder, confirmSend: ConfirmSend = alwaysSend): Promise<Outcome> {
    const halfOpen = coolDown;
    // Half-open: one call asks for all, and the others wait on.
    if (halfOpen !== undefined) beginCoolDown(halfOpen.because, halfOpen.length);
    let connected = false;
    const outcome = await client.placeCall(order, () => {
      connected = true;
      // The answer may take as long as phones ring.
      if (coolDown?.because === "unreachable") endCoolDown();
      return confirmSend();
    });
    const failure = failureIn(outcome, connected);
    if (failure === undefined) {
      if (provesAccess(outcome)) {
        failures = 0;
        if (halfOpen !== undefined) endCoolDown();
      }
    } else if (halfOpen !== undefined)
      beginCoolDown(failure, Math.min(2 * halfOpen.length, LONGEST_COOL_DOWN_MS));
    // Of many calls under way the first to hear it speaks for all.
    else if (++failures >= FAILURES[failure] && coolDown === undefined)
      beginCoolDown(failure, FIRST_COOL_DOWN_MS);
    return outcome;
  }

  return {
    opened() {
      if (circuit !== undefined && clock.monotonic() >= circuit.until) circuit = undefined;
      return circuit;
    },
    async placeCall(order, confirmSend) {
      const refusal = this.opened();
      if (refusal !== undefined) return { kind: "refused", fault: "account", ...codeOf(refusal) };
      if (coolDown !== undefined && clock.monotonic() < coolDown.until) {
        return { kind: "wait", because: coolDown.because === "limit" ? "limit" : "unreachable" };
      }
      const outcome = await send(order, confirmSend);
      if (provesAccess(outcome)) circuit = undefined;
      if (outcome.kind === "refused" && outcome.fault === "account" && circuit === undefined) {
        circuit = { since: clock.now(), until: clock.monotonic() + OPEN_MS, ...codeOf(outcome) };
        onOpen(circuit);
      }
      return outcome;
    },
  };
}

const codeOf = ({ code }: { code?: number }) => (code === undefined ? {} : { code });

function failureIn(outcome: Outcome, connected: boolean): Failure | undefined {
  if (outcome.kind === "unknown") return "failing";
  if (outcome.kind !== "wait") return undefined;
  if (outcome.because === "limit") return "limit";
  // Once connected it is we who did not send: the attempt was taken back, or the database is away.
  return connected ? undefined : "unreachable";
}
