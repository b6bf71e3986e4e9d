import type { Clock } from "../clock.js";
import type { CallOrder, ConfirmSend, Outcome, UisClient } from "./uis-client.js";

/** UIS refuses the account itself: no call of it is sent until a while has passed. */
export interface OpenCircuit {
  since: Date;
  /** JSON-RPC error code UIS gave, if any. */
  code?: number;
}

/** A tenant's account at UIS. */
export interface UisAccount extends UisClient {
  /** Set while nothing is sent because UIS refuses the account. */
  opened(): OpenCircuit | undefined;
}

/** Milliseconds after which a refused account is tried again: often enough to recover alone, too rare to be locked out. */
const PAUSE_MS = 5 * 60_000;

/** Why UIS is left alone: at its limit, not to be connected to, or connected to and no proper answer. */
type Trouble = "limit" | "unreachable" | "failing";

/** How often in a row there must be trouble. Only a limit is UIS's own word; anything else may be one call's bad luck. */
const TROUBLES: Record<Trouble, number> = { limit: 1, unreachable: 5, failing: 5 };

/** Milliseconds nothing is sent then: doubled each time, up to the last. */
const FIRST_REST_MS = 1000;
const LONGEST_REST_MS = 60_000;

/**
 * Watches what UIS says of the account (address not allowed, login or permission refused, wrong version) and opens the circuit
 * then, so that every further call does not begin with another refused login. At its limit, or when call after call
 * fails, UIS is left alone for a while; then one call asks for all whether it is well again.
 */
export function createUisAccount(
  client: UisClient,
  clock: Clock,
  onOpen: (circuit: OpenCircuit) => void = () => undefined,
): UisAccount {
  let circuit: (OpenCircuit & { until: number }) | undefined;
  let rest: { because: Trouble; until: number; length: number } | undefined;
  let troubles = 0;

  const beginRest = (because: Trouble, length: number): void => {
    rest = { because, until: clock.monotonic() + length, length };
  };

  const endRest = (): void => {
    rest = undefined;
    troubles = 0;
  };

  /** Sends the order; what comes of it tells whether UIS is to be left alone. */
  async function send(order: CallOrder, confirmSend: ConfirmSend = always): Promise<Outcome> {
    const probed = rest;
    // Whoever comes while this one asks waits on.
    if (probed !== undefined) beginRest(probed.because, probed.length);
    let connected = false;
    const outcome = await client.placeCall(order, () => {
      connected = true;
      // The answer may take as long as phones ring.
      if (rest?.because === "unreachable") endRest();
      return confirmSend();
    });
    const trouble = troubleIn(outcome, connected);
    if (trouble === undefined) {
      if (provesAccount(outcome)) {
        troubles = 0;
        if (probed !== undefined) endRest();
      }
    } else if (probed !== undefined) beginRest(trouble, Math.min(2 * probed.length, LONGEST_REST_MS));
    // Of many calls under way the first to hear it speaks for all.
    else if (++troubles >= TROUBLES[trouble] && rest === undefined) beginRest(trouble, FIRST_REST_MS);
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
      if (rest !== undefined && clock.monotonic() < rest.until) {
        return { kind: "wait", because: rest.because === "limit" ? "limit" : "unreachable" };
      }
      const outcome = await send(order, confirmSend);
      if (provesAccount(outcome)) circuit = undefined;
      if (outcome.kind === "refused" && outcome.fault === "account" && circuit === undefined) {
        circuit = { since: clock.now(), until: clock.monotonic() + PAUSE_MS, ...codeOf(outcome) };
        onOpen(circuit);
      }
      return outcome;
    },
  };
}

const codeOf = ({ code }: { code?: number }) => (code === undefined ? {} : { code });

const always: ConfirmSend = () => Promise.resolve(true);

function troubleIn(outcome: Outcome, connected: boolean): Trouble | undefined {
  if (outcome.kind === "unknown") return "failing";
  if (outcome.kind !== "wait") return undefined;
  if (outcome.because === "limit") return "limit";
  // Once connected it is we who did not send: the attempt was taken back, or the database is away.
  return connected ? undefined : "unreachable";
}

/** Whether UIS has looked past the account. */
const provesAccount = (outcome: Outcome): boolean =>
  outcome.kind === "placed" ||
  (outcome.kind === "refused" && outcome.fault !== "account") ||
  (outcome.kind === "wait" && outcome.because === "limit");
