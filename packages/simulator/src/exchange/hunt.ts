import { type Clock, Timers } from "./clock.js";
import type { Group, Leg, Phone } from "./call.js";

/** The call's functions that the hunt uses. */
export interface HuntingCall {
  /** Dials a phone; returns an ended leg if the phone is busy. */
  ring(phone: Phone): Leg;
  /** Whether the phone could take a call now. */
  isFree(phone: Phone): boolean;
  note(text: string): void;
  queued(): void;
  queueTimedOut(): void;
  /** Called when every phone has been tried and there is no queue. */
  exhausted(): void;
}

/** Seconds between two attempts to reach a queued phone. */
const QUEUE_PAUSE = 1;

/**
 * Looks for an office phone that answers: groups in order, within a group several lines at a time.
 *
 * A group starts with `linesStart` lines; every `incrementalDialingTimeout` seconds `dialingIncrement` more ring,
 * up to `linesLimit`. A line whose phone fails moves on to the next phone not yet tried. With a queue the increments
 * are ignored, and phones that become free are tried again until the queue's time-out. Source: §4, forwarding groups.
 */
export class Hunt {
  readonly #groups: Group[];
  readonly #queueTimeout: number | undefined;
  readonly #clock: Clock;
  readonly #call: HuntingCall;
  /** Timers of the present group; stopped when the hunt goes on to the next. */
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

  /** Stops dialling. The caller ends the phones still ringing. */
  stop(): void {
    this.#groupTimers.stop();
    this.#queueTimers.stop();
  }

  /** Notes that a ringing office leg has ended without an answer. */
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
      // Before dialling, which may end the call and stop all timers, this one included.
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
