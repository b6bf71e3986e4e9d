import type { CallOrder, ExchangeCall, Leg, LegEnd, Party, Phone } from "./call.js";
import { Timers } from "./clock.js";
import { ExchangeRefusal } from "./exchange-refusal.js";
import { Hunt } from "./hunt.js";
import { habitOf, isFree, type Switchboard } from "./switchboard.js";
import { Timeline } from "./timeline.js";
import { durationOf, endedText, heard } from "./playback.js";

/**
 * The timers of one leg. `phone` ends the ringing, `person` answers or declines, and `message` ends the message that is
 * being played.
 */
type LegTimers = Record<"phone" | "person" | "message", Timers>;

/** Runs one telephone call from the first ring to the last hang-up, as Call API v1 §4 describes it. */
export class CallProgress {
  readonly call: ExchangeCall;
  /**
   * The result of the call. With the setting `answersWhen: "carried-out"`, the HTTP response to `place_calls` waits for
   * it.
   */
  readonly outcome: Promise<"success" | "fail">;
  readonly #order: CallOrder;
  readonly #board: Switchboard;
  readonly #hunt: Hunt;
  readonly #timeline: Timeline;
  readonly #timers = new Map<Leg, LegTimers>();
  readonly #ringingSince = new Map<Leg, number>();
  #settle!: (result: "success" | "fail") => void;

  constructor(id: string, order: CallOrder, board: Switchboard) {
    this.#order = order;
    this.#board = board;
    this.outcome = new Promise((resolve) => (this.#settle = resolve));
    this.call = {
      id,
      account: order.account,
      startedAt: board.clock.now(),
      state: "dialling",
      firstCall: order.firstCall,
      switchAtOnce: order.switchAtOnce,
      serviceNumber: order.serviceNumber,
      legs: [],
      timeline: [],
    };
    const single = order.groups.flatMap((group) => group.phones).length === 1;
    this.#timeline = new Timeline(this.call, board.clock, single);
    this.#hunt = new Hunt(order.groups, order.queueTimeout, board.clock, {
      ring: (phone) => this.#ring("office", phone),
      isFree: (phone) => isFree(board, phone),
      note: (text) => this.#timeline.note(text),
      queued: () => this.#queued(),
      queueTimedOut: () => this.#queueTimedOut(),
      exhausted: () => this.#exhausted(),
    });
  }

  begin(): void {
    if (this.#order.firstCall !== "numc") this.#dial("visitor");
    if (this.#order.firstCall !== "numa" && this.call.state !== "ended") this.#dial("office");
  }

  answer(leg: Leg): void {
    if (leg.state !== "ringing") throw new ExchangeRefusal("leg_not_ringing", `${leg.id} is ${leg.state}`);
    const timers = this.#timersOf(leg);
    timers.phone.stop();
    timers.person.stop();
    leg.state = "answered";
    leg.answeredAt = this.#timeline.elapsed();
    this.#timeline.note(`${this.#timeline.name(leg)} answered`, leg);
    if (leg.party === "office") this.#officeFound(leg);
    const other = this.#legUp(leg.party === "office" ? "visitor" : "office");
    if (other && this.#order.switchAtOnce) this.#connect();
    else this.#speak(leg);
    if (!other && this.call.state !== "ended") this.#dialOtherSide(leg.party);
    this.#board.changed(this.call);
  }

  decline(leg: Leg): void {
    if (leg.state !== "ringing") throw new ExchangeRefusal("leg_not_ringing", `${leg.id} is ${leg.state}`);
    this.#lose(leg, "declined");
  }

  hangUp(leg: Leg): void {
    if (leg.state !== "answered" && leg.state !== "connected") {
      throw new ExchangeRefusal("leg_not_up", `${leg.id} is ${leg.state}`);
    }
    this.#endLeg(leg, "hung-up");
    this.#timeline.note(`${this.#timeline.name(leg)} hung up`, leg);
    this.end(`${leg.party}-hung-up`);
  }

  /** Ends the telephone call and all its legs. */
  end(because: string): void {
    if (this.call.state === "ended") return;
    this.#hunt.stop();
    for (const leg of this.call.legs) if (leg.state !== "ended") this.#drop(leg);
    this.call.state = "ended";
    this.call.endedBecause = because;
    this.call.result ??= "fail";
    this.#timeline.note(`call ended: ${because}`);
    this.#settle(this.call.result);
    this.#board.changed(this.call);
  }

  /**
   * Restarts the timers of the ringing phones. Called after the settings have changed what the people at the phones do.
   */
  habitsChanged(): void {
    for (const leg of this.call.legs) if (leg.state === "ringing") this.#expectPerson(leg);
  }

  #dial(party: Party): void {
    if (party === "office") {
      this.#hunt.start();
      return;
    }
    const leg = this.#ring("visitor", this.#order.visitor);
    if (leg.ended) this.end(`visitor-${leg.ended}`);
  }

  #dialOtherSide(party: Party): void {
    const other = party === "office" ? "visitor" : "office";
    // With "any", both sides have been dialled at the start, so there is nothing to dial here.
    if (this.#order.firstCall !== "any") this.#dial(other);
  }

  #ring(party: Party, phone: Phone): Leg {
    const free = isFree(this.#board, phone);
    const count = this.call.legs.filter((leg) => leg.party === party).length;
    const leg: Leg = {
      id: party === "visitor" ? party : `${party}-${count + 1}`,
      party,
      number: phone.number,
      callerId: this.#order.callerIds[party],
      state: free ? "ringing" : "ended",
      hears: { kind: "silence", since: this.#timeline.elapsed() },
    };
    this.call.legs.push(leg);
    if (free) this.#startRinging(leg, phone);
    else this.#timeline.note(endedText(this.#timeline.name(leg), (leg.ended = "busy")), leg);
    return leg;
  }

  #startRinging(leg: Leg, phone: Phone): void {
    const { clock } = this.#board;
    this.#timers.set(leg, {
      phone: new Timers(clock),
      person: new Timers(clock),
      message: new Timers(clock),
    });
    this.#ringingSince.set(leg, clock.now());
    this.#timeline.note(`${leg.party} rings ${leg.number}, shows ${leg.callerId}`, leg);
    this.#timersOf(leg).phone.after(phone.ringFor, () => this.#lose(leg, "no-answer"));
    this.#expectPerson(leg);
  }

  #expectPerson(leg: Leg): void {
    const { person } = this.#timersOf(leg);
    const { answerAfter, declineAfter } = habitOf(leg, this.#board.settings);
    const { clock } = this.#board;
    const rangFor = (clock.now() - (this.#ringingSince.get(leg) ?? clock.now())) / 1000;
    person.stop();
    if (answerAfter !== undefined) person.after(answerAfter - rangFor, () => this.answer(leg));
    if (declineAfter !== undefined) person.after(declineAfter - rangFor, () => this.decline(leg));
  }

  /**
   * Ends a ringing leg that was not answered. For an office leg, the {@link Hunt} may then dial another office phone.
   */
  #lose(leg: Leg, ended: "declined" | "no-answer"): void {
    this.#endLeg(leg, ended);
    this.#timeline.note(endedText(this.#timeline.name(leg), ended), leg);
    if (leg.party === "office") this.#hunt.lineEnded(leg);
    else this.end(`visitor-${ended}`);
    this.#board.changed(this.call);
  }

  #officeFound(answered: Leg): void {
    this.#hunt.stop();
    if (this.call.state === "queued") this.call.state = "dialling";
    for (const leg of this.call.legs) {
      if (leg !== answered && leg.party === "office" && leg.state === "ringing") this.#drop(leg);
    }
  }

  #queued(): void {
    this.call.state = "queued";
    this.#timeline.note("queued: all phones are busy");
    this.#board.changed(this.call);
  }

  #queueTimedOut(): void {
    this.#timeline.note("queue time-out");
    this.end("queue-timeout");
  }

  #exhausted(): void {
    const last = this.call.legs.findLast((leg) => leg.party === "office");
    this.end(`office-${last?.ended ?? "busy"}`);
  }

  #speak(leg: Leg): void {
    const message = this.#order.messages[leg.party];
    if (!message) {
      this.#messageOver(leg);
      return;
    }
    const since = this.#timeline.elapsed();
    const length = durationOf(message, this.#board.settings);
    leg.hears = { kind: "message", ...heard(message), since, until: since + length };
    const quoted = message.type === "text" ? `“${message.value}”` : `message ${message.value}`;
    this.#timeline.note(`${this.#timeline.name(leg)} hears ${quoted}`, leg);
    this.#timersOf(leg).message.after(length, () => {
      this.#timeline.note(`message to ${this.#timeline.name(leg)} heard to its end`, leg);
      this.#messageOver(leg);
      this.#board.changed(this.call);
    });
  }

  #messageOver(leg: Leg): void {
    leg.hears = { kind: "music", file: this.#order.holdMusic, since: this.#timeline.elapsed() };
    const other = this.#legUp(leg.party === "office" ? "visitor" : "office");
    if (other?.hears.kind === "music") this.#connect();
    else this.#timeline.note(`${this.#timeline.name(leg)} hears ${this.#order.holdMusic}`, leg);
  }

  #connect(): void {
    const up = this.call.legs.filter((leg) => leg.state === "answered");
    for (const leg of up) {
      this.#timersOf(leg).message.stop();
      if (leg.hears.kind === "message")
        this.#timeline.note(`message to ${this.#timeline.name(leg)} cut off`, leg);
      leg.state = "connected";
      leg.hears = { kind: "talk", since: this.#timeline.elapsed() };
    }
    this.call.state = "connected";
    this.call.result = "success";
    this.#timeline.note("connected");
    this.#settle("success");
  }

  /** Ends a leg on behalf of the exchange: a ringing leg stops ringing, and an answered leg is hung up. */
  #drop(leg: Leg): void {
    const ended = leg.state === "ringing" ? "cancelled" : "hung-up";
    this.#endLeg(leg, ended);
    this.#timeline.note(
      `${this.#timeline.name(leg)} ${ended === "cancelled" ? "stops ringing" : "is hung up"}`,
      leg,
    );
  }

  #endLeg(leg: Leg, ended: LegEnd): void {
    for (const timers of Object.values(this.#timersOf(leg))) timers.stop();
    leg.state = "ended";
    leg.ended = ended;
    leg.hears = { kind: "silence", since: this.#timeline.elapsed() };
  }

  #legUp(party: Party): Leg | undefined {
    return this.call.legs.find((leg) => leg.party === party && leg.state === "answered");
  }

  #timersOf(leg: Leg): LegTimers {
    const timers = this.#timers.get(leg);
    if (!timers) throw new Error(`${leg.id} never rang`);
    return timers;
  }
}
