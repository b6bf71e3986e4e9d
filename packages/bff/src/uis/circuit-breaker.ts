import { backOff } from "../backoff.js";
import type { Clock } from "../clock.js";
import { alwaysSend, type Fault, type Outcome, provesAccess, type UisClient } from "./uis-client.js";

/** An open circuit. UIS has refused the account, and nothing is sent for some minutes. */
export interface OpenCircuit {
  since: Date;
  /** JSON-RPC error code of UIS's refusal. Absent if UIS gave none. */
  code?: number;
}

/** UIS client for one tenant's account. It stops sending while UIS fails. */
export interface CircuitBreaker extends UisClient {
  /** Returns the open circuit. Returns undefined while the circuit is closed. */
  opened(): OpenCircuit | undefined;
}

/**
 * Milliseconds for which a circuit stays open. The time is short enough to recover soon, and long enough that
 * UIS does not lock the account out because of many failed logins.
 */
const OPEN_MS = 5 * 60_000;

/**
 * Failures that can start a cool-down. `limit`: UIS is at its limit. `unreachable`: no connection to UIS can be
 * opened. `failing`: UIS gives no valid answer.
 */
type Failure = "limit" | "unreachable" | "failing";

/**
 * Number of consecutive failures that start a cool-down. One `limit` suffices, because UIS itself reports it.
 * The other failures may concern only one call.
 */
const FAILURES: Record<Failure, number> = { limit: 1, unreachable: 5, failing: 5 };

/**
 * Number of visitors whose calls a firewall must refuse in a row until the circuit opens. The calls of one
 * visitor do not suffice, because the firewall may dislike this visitor's words.
 */
const FIREWALLED_VISITORS = 3;

/** Length of a cool-down in milliseconds. */
const COOL_DOWN = { first: 1000, longest: 60_000 };

interface CoolDown {
  because: Failure;
  until: number;
  /** 1 for the first cool-down. It grows by one each time the test call after a cool-down fails. */
  inARow: number;
}

/**
 * Wraps a client in a circuit breaker.
 *
 * - Opens the circuit when UIS refuses the account (address, login, permission or version). Otherwise every
 *   call would repeat the refused login. A firewall's refusals count only if they concern several visitors.
 * - Starts a cool-down when UIS is at its limit or several consecutive calls fail. After the cool-down, the
 *   circuit is half-open: one call tests UIS, and its outcome either ends the cool-down or starts a longer one.
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
      circuit.heard(outcome, { visitor: order.visitor, connected, halfOpen });
      return outcome;
    },
  };
}

/** What the circuit knows about a call besides its outcome. */
interface HeardCall {
  visitor: string;
  /** Whether there was a connection to UIS. */
  connected: boolean;
  /** Cool-down after which this call was the test call. */
  halfOpen: CoolDown | undefined;
}

/** State of one account's circuit: closed, cooling down, half-open after a cool-down, or open. */
class Circuit {
  readonly #clock: Clock;
  readonly #onOpen: (circuit: OpenCircuit) => void;
  #open: (OpenCircuit & { until: number }) | undefined;
  #coolDown: CoolDown | undefined;
  /** Number of consecutive failures while the circuit is closed. */
  #failures = 0;
  /** Visitors whose calls a firewall has refused since UIS last accepted the account. */
  readonly #firewalled = new Set<string>();

  constructor(clock: Clock, onOpen: (circuit: OpenCircuit) => void) {
    this.#clock = clock;
    this.#onOpen = onOpen;
  }

  opened(): OpenCircuit | undefined {
    if (this.#open !== undefined && this.#clock.monotonic() >= this.#open.until) this.#open = undefined;
    return this.#open;
  }

  /** Returns the cause of the current cool-down. Returns undefined if there is none. */
  coolingDown(): Failure | undefined {
    const coolDown = this.#coolDown;
    return coolDown !== undefined && this.#clock.monotonic() < coolDown.until ? coolDown.because : undefined;
  }

  /**
   * Begins the half-open state if a cool-down has ended: the caller's call tests UIS, and all other calls wait
   * for another cool-down of the same length.
   *
   * @returns the cool-down that has ended, to be passed to {@link heard}; undefined when the circuit is closed
   */
  halfOpen(): CoolDown | undefined {
    const over = this.#coolDown;
    if (over !== undefined) this.#beginCoolDown(over.because, over.inARow);
    return over;
  }

  /**
   * Ends a cool-down of the kind `unreachable` as soon as a connection is open. It does not wait for the
   * answer, which may take as long as phones ring.
   */
  connected(): void {
    if (this.#coolDown?.because === "unreachable") this.#close();
  }

  heard(outcome: Outcome, { visitor, connected, halfOpen }: HeardCall): void {
    const failure = failureIn(outcome, connected);
    if (failure !== undefined) this.#failed(failure, halfOpen);
    else if (provesAccess(outcome)) {
      this.#failures = 0;
      if (halfOpen !== undefined) this.#close();
    }
    if (provesAccess(outcome)) {
      this.#open = undefined;
      this.#firewalled.clear();
    }
    if (outcome.kind === "refused" && this.#concernsAccount(outcome.fault, visitor) && !this.#open) {
      this.#firewalled.clear();
      const until = this.#clock.monotonic() + OPEN_MS;
      this.#open = { since: this.#clock.now(), until, ...codeOf(outcome) };
      this.#onOpen(this.#open);
    }
  }

  #concernsAccount(fault: Fault, visitor: string): boolean {
    if (fault !== "firewall") return fault === "account";
    return this.#firewalled.add(visitor).size >= FIREWALLED_VISITORS;
  }

  #failed(failure: Failure, halfOpen: CoolDown | undefined): void {
    if (halfOpen !== undefined) this.#beginCoolDown(failure, halfOpen.inARow + 1);
    // Starts only one cool-down if several calls fail at the same time.
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
  // If there was a connection, the backend itself stopped the request: the attempt was taken back, or the
  // database failed.
  return connected ? undefined : "unreachable";
}
