import { setMaxListeners } from "node:events";
import type { CallReason, CallStatus } from "@uis-call/shared";
import { backOff } from "../backoff.js";
import type { Clock } from "../clock.js";
import { hoursOf, type Tenant } from "../config/configuration.js";
import type { Logger } from "../log.js";
import type { NumberCipher } from "../store/number-cipher.js";
import { type Slot, Slots } from "../slots.js";
import type { CallRow } from "../store/tables.js";
import type { CircuitBreaker } from "../uis/circuit-breaker.js";
import { answerWithin, type Outcome } from "../uis/uis-client.js";
import type { CallFeed } from "./call-feed.js";
import { orderFor } from "./call-order.js";
import type { Attempt } from "./attempt.js";
import type { Attempts, AttemptResult } from "./attempts.js";
import type { Accepted } from "./ledger.js";

export interface DiallerOptions {
  attempts: Attempts;
  cipher: NumberCipher;
  feed: CallFeed;
  tenants: ReadonlyMap<string, Tenant>;
  /** Circuit breakers by tenant id. Each passes requests on to the tenant's UIS client. */
  breakers: ReadonlyMap<string, CircuitBreaker>;
  clock: Clock;
  log: Logger;
  /** Returns a random number, 0 ≤ value < 1, for the jitter of retry delays. */
  random: () => number;
}

/** Delay before a further attempt, in milliseconds. */
const BACKOFF = { first: 1000, longest: 30_000 };

/** Delay before the result of an attempt is written again after a failed write, in milliseconds. */
const WRITE_AGAIN = 500;

/**
 * Maximum number of calls that one process dials at the same time. Tenants share these slots. Further calls wait in
 * the ledger.
 */
const AT_ONCE = 500;

/**
 * Sends calls to UIS. Each attempt is one request with one result. A call gets a further attempt only if it is
 * proved that the previous one placed nothing.
 */
export class Dialler {
  /** Slots for calls. A call is dialled in a slot of its tenant, which the dialler releases afterwards. */
  readonly slots: Slots;
  readonly #options: DiallerOptions;
  readonly #underWay = new Set<Promise<void>>();
  readonly #stopping = new AbortController();

  constructor(options: DiallerOptions) {
    this.#options = options;
    this.slots = new Slots({ total: AT_ONCE, shared: options.tenants.size > 1 });
    // Removes the limit on listeners, because each call under way adds one.
    setMaxListeners(0, this.#stopping.signal);
  }

  /** Whether the circuit of this tenant is closed, so that an attempt in a slot would be sent immediately. */
  ready(tenant: string): boolean {
    const breaker = this.#options.breakers.get(tenant);
    return breaker !== undefined && breaker.opened() === undefined;
  }

  /**
   * Begins to dial a call that has been accepted, in the slot that was reserved for the request. Releases the slot
   * if there is nothing to dial. A call without a slot waits in the ledger.
   */
  begin({ call, replayed, attempt }: Accepted, slot: Slot | undefined): void {
    if (slot === undefined) return;
    if (attempt !== undefined) this.dial(attempt, slot);
    else if (!replayed && call.status === "accepted") this.take(call, slot);
    else slot.release();
  }

  /** Sends an attempt in the background. Its result is recorded in the ledger and published in the feed. */
  dial(attempt: Attempt, slot: Slot): void {
    this.#start(attempt.call.id, slot, this.#use(attempt));
  }

  /**
   * Begins and sends an attempt for a waiting call, in the background. A call that cannot be dialled is held
   * for a person or continues to wait in the ledger.
   */
  take(call: CallRow, slot: Slot): void {
    this.#start(call.id, slot, this.#take(call));
  }

  /** Starts no further attempts. Resolves when all attempts under way have a result. */
  async drain(): Promise<void> {
    this.slots.close();
    this.#stopping.abort();
    await Promise.all(this.#underWay);
  }

  /** Holds a waiting call for a person. */
  async #hold(id: string, reason: CallReason): Promise<void> {
    this.#publish(await this.#options.attempts.hold(id, reason));
  }

  #start(id: string, slot: Slot, dialling: Promise<void>): void {
    const work = dialling.catch((error: unknown) => {
      this.#options.log.error(
        { err: error, call: id },
        "dialling failed; the call stays in the ledger and is retried",
      );
    });
    this.#underWay.add(work);
    void work.finally(() => {
      this.#underWay.delete(work);
      slot.release();
    });
  }

  async #take(call: CallRow): Promise<void> {
    const { attempts, breakers, clock } = this.#options;
    const { id, tenant } = call;
    // Holds the call for a person. The computer's clock has been changed, so the chosen time may in fact be in the
    // middle of the night.
    if (call.status === "scheduled" && !clock.steady()) return this.#hold(id, "time_uncertain");
    if (breakers.get(tenant)?.opened() !== undefined) return this.#hold(id, "service_refused");
    if (await this.#closed(call)) return;
    const attempt = await attempts.begin(id);
    if (attempt === undefined) {
      this.#publish(await attempts.holdUndialable(id));
      return;
    }
    await this.#use(attempt);
  }

  /**
   * Checks whether the target of a call is closed now, because its hours may have changed since the request. If
   * it is closed, the call is postponed until the target opens, or held if the target does not open before the
   * deadline.
   */
  async #closed({ id, tenant: tenantId, target: targetId, deadline_at }: CallRow): Promise<boolean> {
    const { tenants, attempts, clock } = this.#options;
    const tenant = tenants.get(tenantId);
    const target = tenant && Object.hasOwn(tenant.targets, targetId) ? tenant.targets[targetId] : undefined;
    const hours = tenant && target && hoursOf(tenant, target);
    if (hours === undefined || hours.isOpen(clock.now())) return false;
    const opens = hours.nextOpening(clock.now());
    if (opens === undefined || opens.toISOString() >= deadline_at) await this.#hold(id, "closed");
    else await attempts.postpone(id, opens);
    return true;
  }

  async #use(attempt: Attempt): Promise<void> {
    const { attempts } = this.#options;
    this.#publish(attempt.call);
    this.#tellSpent(attempt);
    const outcome = await this.#send(attempt);
    await this.#settle(attempt, this.#resultOf(outcome, attempt.call.attempts));
    if (outcome.kind !== "renew") return;
    const second = await attempts.begin(attempt.call.id);
    if (second === undefined) {
      this.#publish(await attempts.holdUndialable(attempt.call.id));
      return;
    }
    this.#publish(second.call);
    const answer = await this.#send(second);
    const final: Outcome =
      answer.kind === "renew" ? { kind: "refused", fault: "account", code: answer.code } : answer;
    await this.#settle(second, this.#resultOf(final, second.call.attempts));
  }

  async #send(attempt: Attempt): Promise<Outcome> {
    const { tenants, breakers, attempts, cipher, log } = this.#options;
    const { call, id, notice } = attempt;
    const tenant = tenants.get(call.tenant);
    const breaker = breakers.get(call.tenant);
    const order = tenant && orderFor(call, tenant, cipher, id, notice);
    if (breaker === undefined || order === undefined) {
      return { kind: "refused", fault: "defect", detail: "the configuration no longer allows the call" };
    }
    const within = answerWithin(order);
    const outcome = await breaker.placeCall(order, () => attempts.confirmSend(attempt, within));
    const fields = { call: call.id, tenant: call.tenant, target: call.target, attempt: id, ...outcome };
    if (outcome.kind === "placed") log.info(fields, "call placed");
    else if (outcome.kind === "refused" && outcome.fault !== "call")
      log.error(fields, "UIS refuses our requests");
    else log.warn(fields, "call not placed");
    return outcome;
  }

  /**
   * Records a result. Repeats a failed write until it succeeds or the process stops, because no other process
   * knows UIS's answer.
   */
  async #settle(attempt: Attempt, result: AttemptResult): Promise<void> {
    const { attempts, clock, log } = this.#options;
    for (;;) {
      try {
        this.#publish(await attempts.settle(attempt, result));
        return;
      } catch (error) {
        log.error({ err: error, call: attempt.call.id }, "UIS's answer could not be stored yet; retrying");
      }
      if (!(await clock.sleep(WRITE_AGAIN, this.#stopping.signal))) return;
    }
  }

  /** Warns the operator when a share of the quota is reached. */
  #tellSpent({ call, spent }: Attempt): void {
    if (spent === undefined) return;
    this.#options.log.warn(
      { tenant: call.tenant, ...spent },
      spent.percent === 100
        ? "the tenant's limit of calls is reached: until its window ends, requests are kept for people"
        : "much of the tenant's limit of calls is used",
    );
  }

  #publish(call: CallRow | undefined): void {
    if (call !== undefined) this.#options.feed.publish(call);
  }

  #resultOf(outcome: Outcome, attempts: number): AttemptResult {
    const [status, reason] = statusFor(outcome);
    return {
      status,
      reason,
      outcome: outcome.kind,
      code: "code" in outcome ? (outcome.code ?? null) : null,
      wait:
        outcome.kind === "renew"
          ? RENEWAL_WAIT
          : backOff(attempts, { ...BACKOFF, random: this.#options.random }),
    };
  }
}

/**
 * Delay in milliseconds after UIS rejected a token as expired. This process sends the call again at once with a
 * new token; if the process dies, another instance takes the call after this delay.
 */
const RENEWAL_WAIT = 5000;

/**
 * Status and reason of a call when UIS refuses the tenant's account, or a firewall in front of it refuses the
 * request. This is not the fault of the call, so the call is held for a person (Call API v1 §5).
 */
const KEPT: [CallStatus, CallReason] = ["held", "service_refused"];

function statusFor(outcome: Outcome): [CallStatus, CallReason | null] {
  switch (outcome.kind) {
    case "placed":
      return ["placed", null];
    case "refused":
      if (outcome.fault === "account" || outcome.fault === "firewall") return KEPT;
      return ["failed", outcome.fault === "call" ? "not_connected" : "service_refused"];
    case "renew":
      return ["waiting", null];
    case "wait":
      return ["waiting", outcome.because === "limit" ? "service_limit" : "service_unreachable"];
    case "unknown":
      return ["unknown", "no_answer_from_service"];
  }
}
