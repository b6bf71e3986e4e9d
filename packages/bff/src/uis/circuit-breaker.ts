import type { Clock } from "../clock.js";
import {
  alwaysSend,
  type CallOrder,
  type ConfirmSend,
  type Outcome,
  provesAccess,
  type UisClient,
} from "./uis-client.js";

/** An open circuit: UIS has refused the account, and nothing is sent for some minutes. */
export interface OpenCircuit {
  since: Date;
  /** JSON-RPC error code of UIS's refusal, if it gave one. */
  code?: number;
}

/** UIS client of one tenant's account that stops sending while UIS fails. */
export interface CircuitBreaker extends UisClient {
  /** Returns the open circuit; undefined while it is closed. */
  opened(): OpenCircuit | undefined;
}

/**
 * Milliseconds a circuit stays open: short enough to recover soon, long enough not to be locked out for failed
 * logins.
 */
const OPEN_MS = 5 * 60_000;

/** Failure that causes a cool-down: UIS is at its limit, cannot be connected to, or gives no proper answer. */
type Failure = "limit" | "unreachable" | "failing";

/**
 * Failures in a row that start a cool-down. A limit is UIS's own statement, so one suffices; others may hit one call
 * only.
 */
const FAILURES: Record<Failure, number> = { limit: 1, unreachable: 5, failing: 5 };

/** Cool-down in milliseconds: doubled each time, up to the longest. */
const FIRST_COOL_DOWN_MS = 1000;
const LONGEST_COOL_DOWN_MS = 60_000;

/**
 * Wraps a client in a circuit breaker.
 *
 * - Opens the circuit when UIS refuses the account (address, login, permission or version), so that not every call
 *   repeats a refused login.
 * - Starts a cool-down at UIS's limit, or when several calls in a row fail. After it, the circuit is half-open: one
 *   call tests UIS, and its outcome ends or lengthens the cool-down.
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

  /** Sends the order; its outcome starts or ends a cool-down. */
  async function send(order: CallOrder, confirmSend: ConfirmSend = alwaysSend): Promise<Outcome> {
    const halfOpen = coolDown;
    // Half-open: this call tests UIS while the others wait for another cool-down.
    if (halfOpen !== undefined) beginCoolDown(halfOpen.because, halfOpen.length);
    let connected = false;
    const outcome = await client.placeCall(order, () => {
      connected = true;
      // Ends it already at the connection: the answer may take as long as phones ring.
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
    // Of simultaneous failures, only the first starts a cool-down.
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
  // After a connection, only this backend can have stopped the send: the attempt was taken back, or the database
  // failed.
  return connected ? undefined : "unreachable";
}
