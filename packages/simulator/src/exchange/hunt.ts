import { type Clock, Timers } from "./clock.js";
import type { Group, Leg, Phone } from "./call.js";

/** The functions that a {@link Hunt} calls to dial phones and to report its progress. */
export interface HuntingCall {
  /** Dials a phone. If the phone is busy, the returned leg has already ended. */
  ring(phone: Phone): Leg;
  /** Returns whether the phone can take a call now. */
  isFree(phone: Phone): boolean;
  note(text: string): void;
  queued(): void;
  queueTimedOut(): void;
  /** Called when all phones have been tried without success and the call must not be queued. */
  exhausted(): void;
}

/** Seconds between two rounds. In each round, a queued call dials the office phones that are free. */
const QUEUE_PAUSE = 1;

/**
 * Dials the office phones of one call until one of them answers. Tries the forwarding groups in order, and may dial
 * several phones of a group at the same time.
 *
 * A group starts with `linesStart` lines, each of which rings one phone. Every `incrementalDialingTimeout` seconds,
 * `dialingIncrement` lines are added, up to `linesLimit`. If the phone of a line does not answer, the line dials the
 * next phone that has not been tried. When all phones of all groups have been tried, a call that may be queued dials
 * the free phones again, until the time-out of the queue. No lines are added then. Source: forwarding groups in Call
 * API v1 §4.
 */
export class Hunt {
  readonly #groups: Group[];
  readonly #queueTimeout: number | undefined;
  readonly #clock: Clock;
  readonly #call: HuntingCall;
  /** The timers of the current forwarding group. They are stopped before the next group starts. */
  readonly #groupTimers: Timers;
  readonly #queueTimers: Timers;
  readonly #ringing = new Map<Leg, Phone>();
  readonly #lastEnded = new Map<Phone, number>();
  #index = -1;
  #untried: Phone[] = [];
  #lines = 0;
  #queueing = false;

  constructor(groups: Group[], queueTimeout: number | undefined, clock: Clock, call: HuntingCall) {
    this.#groups = groups;
    this.#queueTimeout = queueTimeout;
    this.#clock = clock;
    this.#call = call;
    this.#groupTimers = new Timers(clock);
    this.#queueTimers = new Timers(clock);
  }

  start(): void {
    this.#nextGroup();
  }

  /** Stops dialling further phones. The caller has to end the legs that are still ringing. */
  stop(): void {
    this.#groupTimers.stop();
    this.#queueTimers.stop();
  }

  /**
   * Dials the next phone. The caller has to call this function each time that a ringing office leg ends without an
   * answer.
   */
  lineEnded(leg: Leg): void {
    const phone = this.#ringing.get(leg);
    if (!phone) return;
    this.#ringing.delete(leg);
    this.#lastEnded.set(phone, this.#clock.now());
    if (!this.#queueing) this.#fill();
  }

  #nextGroup(): void {
    this.#groupTimers.stop();
    this.#index += 1;
    const group = this.#groups[this.#index];
    if (!group) {
      this.#allTried();
      return;
    }
    if (this.#groups.length > 1) this.#call.note(`group ${this.#index + 1} of ${this.#groups.length}`);
    this.#untried = [...group.phones];
    this.#lines = linesAtStart(group);
    if (this.#queueTimeout === undefined) this.#scheduleIncrement(group);
    this.#fill();
  }

  #fill(): void {
    while (this.#ringing.size < this.#lines) {
      const phone = this.#untried.shift();
      if (!phone) break;
      this.#dial(phone);
    }
    if (this.#ringing.size === 0) this.#nextGroup();
  }

  #dial(phone: Phone): void {
    const leg = this.#call.ring(phone);
    if (leg.state === "ringing") this.#ringing.set(leg, phone);
    else this.#lastEnded.set(phone, this.#clock.now());
  }

  #scheduleIncrement(group: Group): void {
    if (this.#lines >= group.linesLimit) return;
    this.#groupTimers.after(group.incrementalDialingTimeout, () => {
      this.#lines = Math.min(group.linesLimit, this.#lines + group.dialingIncrement);
      if (this.#untried.length > 0) this.#call.note(`up to ${this.#lines} lines now`);
      this.#scheduleIncrement(group);
      this.#fill();
    });
  }

  #allTried(): void {
    if (this.#queueTimeout === undefined) {
      this.#call.exhausted();
      return;
    }
    this.#queueing = true;
    this.#queueTimers.after(this.#queueTimeout, () => this.#call.queueTimedOut());
    this.#call.queued();
    this.#tryAgain();
  }

  #tryAgain(): void {
    this.#queueTimers.after(QUEUE_PAUSE, () => {
      // Sets the next timer before it dials, because dialling may end the call and then has to stop this timer too.
      this.#tryAgain();
      for (const group of this.#groups) this.#tryFreePhones(group);
    });
  }

  #tryFreePhones(group: Group): void {
    const busyLines = [...this.#ringing.values()].filter((phone) => group.phones.includes(phone)).length;
    const rested = this.#clock.now() - QUEUE_PAUSE * 1000;
    const endedAt = (phone: Phone): number => this.#lastEnded.get(phone) ?? 0;
    const waiting = group.phones
      .filter((phone) => ![...this.#ringing.values()].includes(phone) && endedAt(phone) <= rested)
      .sort((a, b) => endedAt(a) - endedAt(b));
    let freeLines = linesAtStart(group) - busyLines;
    for (const phone of waiting) {
      if (freeLines <= 0) return;
      if (!this.#call.isFree(phone)) continue;
      this.#dial(phone);
      freeLines -= 1;
    }
  }
}

const linesAtStart = (group: Group): number => Math.min(group.linesStart, group.linesLimit);
