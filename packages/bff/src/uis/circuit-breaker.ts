import { backOff } from "../backoff.js";
import type { Clock } from "../clock.js";
import { alwaysSend, type Outcome, provesAccess, type UisClient } from "./uis-client.js";

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

/** Milliseconds of a cool-down. */
const COOL_DOWN = { first: 1000, longest: 60_000 };

interface CoolDown {
  because: Failure;
  until: number;
  /** 1 for the first; one more for each that a half-open circuit's call has begun. */
  inARow: number;
}

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
  const circuit = new Circuit(clock, onOpen);
  return {
    opened: () => circuit.opened(),
    async placeCall(order, confirmSend = alwaysSend) {
      const refusal = circuit.opened();
      if (refusal !== undefined) return { kind: "refused", fault: "account", ...codeOf(refusal) };
      const failure = circuit.coolingDown();
      if (failure !== undefined)
        return { kind: "wait", because: failure === "limit" ? "limit" : "unreachable" };
      const halfOpen = circuit.halfOpen();
      let connected = false;
      const outcome = await client.placeCall(order, () => {
        connected = true;
        circuit.connected();
        return confirmSend();
      });
      circuit.heard(outcome, connected, halfOpen);
      return outcome;
    },
  };
}

/** The state of one account's circuit: closed, cooling down, half-open after a cool-down, or open. */
class Circuit {
  readonly #clock: Clock;
  readonly #onOpen: (circuit: OpenCircuit) => void;
  #open: (OpenCircuit & { until: number }) | undefined;
  #coolDown: CoolDown | undefined;
  /** In a row, of calls that a closed circuit has sent. */
  #failures = 0;

  constructor(clock: Clock, onOpen: (circuit: OpenCircuit) => void) {
    this.#clock = clock;
    this.#onOpen = onOpen;
  }

  opened(): OpenCircuit | undefined {
    if (this.#open !== undefined && this.#clock.monotonic() >= this.#open.until) this.#open = undefined;
    return this.#open;
  }

  /** Why nothing is sent for the moment. */
  coolingDown(): Failure | undefined {
    const coolDown = this.#coolDown;
    return coolDown !== undefined && this.#clock.monotonic() < coolDown.until ? coolDown.because : undefined;
  }

  /**
   * Begins a cool-down that is over anew, for all calls but the one that asks.
   *
   * @returns the cool-down, for {@link heard}; undefined when the circuit is closed
   */
  halfOpen(): CoolDown | undefined {
    const over = this.#coolDown;
    if (over !== undefined) this.#beginCoolDown(over.because, over.inARow);
    return over;
  }

  /** Ends a cool-down for lack of a connection at once: the answer may take as long as phones ring. */
  connected(): void {
    if (this.#coolDown?.because === "unreachable") this.#close();
  }

  /** @param halfOpen the cool-down after which this call has asked for all */
  heard(outcome: Outcome, connected: boolean, halfOpen: CoolDown | undefined): void {
    const failure = failureIn(outcome, connected);
    if (failure !== undefined) this.#failed(failure, halfOpen);
    else if (provesAccess(outcome)) {
      this.#failures = 0;
      if (halfOpen !== undefined) this.#close();
    }
    if (provesAccess(outcome)) this.#open = undefined;
    if (outcome.kind === "refused" && outcome.fault === "account" && this.#open === undefined) {
      const until = this.#clock.monotonic() + OPEN_MS;
      this.#open = { since: this.#clock.now(), until, ...codeOf(outcome) };
      this.#onOpen(this.#open);
    }
  }

  #failed(failure: Failure, halfOpen: CoolDown | undefined): void {
    if (halfOpen !== undefined) this.#beginCoolDown(failure, halfOpen.inARow + 1);
    // Of many calls under way the first to hear it speaks for all.
    else if (++this.#failures >= FAILURES[failure] && this.#coolDown === undefined)
      this.#beginCoolDown(failure, 1);
  }

  #beginCoolDown(because: Failure, inARow: number): void {
    const until = this.#clock.monotonic() + backOff(inARow, COOL_DOWN);
    this.#coolDown = { because, until, inARow };
  }

  #close(): void {
    this.#coolDown = undefined;
    this.#failures = 0;
  }
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
