import { type Clock, Timers } from "./clock.js";
import type { Group, Leg, Phone } from "./call.js";

/** The functions of a call that its {@link Hunt} uses. */
export interface HuntingCall {
  /** Dials a phone. Returns a leg that has ended already if the phone is busy. */
  ring(phone: Phone): Leg;
  /** Whether the phone could take a call now. */
  isFree(phone: Phone): boolean;
  note(text: string): void;
  queued(): void;
  queueTimedOut(): void;
  /** Called when every phone has been tried and there is no queue. */
  exhausted(): void;
}

/** Seconds between two rounds in which a queued call dials the free phones. */
const QUEUE_PAUSE = 1;

/**
 * Looks for an office phone that answers. It tries the groups in order, and several phones of a group at the same time.
 *
 * A group starts with `linesStart` lines, each of which rings one phone. Every `incrementalDialingTimeout` seconds,
 * `dialingIncrement` lines are added, up to `linesLimit`. A line whose phone does not answer moves on to the next phone
 * that has not been tried. If the call may be queued, no lines are added, and free phones are dialled again until the
 * queue's time-out. Source: Call API v1 §4, forwarding groups.
 */
export class Hunt {
  readonly #groups: Group[];
  readonly #queueTimeout: number | undefined;
  readonly #clock: Clock;
  readonly #call: HuntingCall;
  /** Timers of the current group, which are stopped before the next group starts. */
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

  /** Stops dialling. The caller has to end the legs that are still ringing. */
  stop(): void {
    this.#groupTimers.stop();
    this.#queueTimers.stop();
  }

  /** Has to be called when a ringing office leg has ended without an answer. Dials the next phone. */
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
      // Sets the next timer before dialling: dialling may end the call, which then stops this timer too.
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
