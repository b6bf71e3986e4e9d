import { EventEmitter } from "node:events";
import type { CallOrder, ExchangeCall, Leg } from "./call.js";
import { CallProgress } from "./call-progress.js";
import type { Clock } from "./clock.js";
import { ExchangeRefusal } from "./exchange-refusal.js";
import { applyChange, type Settings, type SettingsChange, settingsChangeSchema } from "./settings.js";
import type { Switchboard } from "./switchboard.js";

interface ExchangeEvents {
  /** Emitted each time that something about a telephone call changes. */
  change: [call: ExchangeCall];
  settings: [settings: Settings];
  reset: [];
}

/**
 * A simulated telephone exchange, which carries out what the API requests. It dials phones, plays messages and connects
 * the two sides of a call. Each time that a call changes, the exchange emits `change` with the call.
 */
export class Exchange extends EventEmitter<ExchangeEvents> {
  readonly #progress = new Map<string, CallProgress>();
  readonly #calls: ExchangeCall[] = [];
  readonly #board: Switchboard;
  #lastId = 0;

  /** @param settings how the exchange behaves; can be changed later with `change` or by assigning properties */
  constructor(clock: Clock, settings: Settings) {
    super();
    this.#board = {
      clock,
      settings,
      callsAt: (number) => this.#callsAt(number),
      changed: (call) => this.emit("change", call),
    };
  }

  /** All calls since the start or the last reset, oldest first. The objects are updated while the calls go on. */
  get calls(): readonly ExchangeCall[] {
    return this.#calls;
  }

  get settings(): Settings {
    return this.#board.settings;
  }

  /** Returns the time of the clock in milliseconds since 1970. */
  now(): number {
    return this.#board.clock.now();
  }

  /** Starts a call. `outcome` resolves when both legs are connected, or when the call has ended without that. */
  place(order: CallOrder): { call: ExchangeCall; outcome: Promise<"success" | "fail"> } {
    this.#lastId += 1;
    const progress = new CallProgress(String(this.#lastId), order, this.#board);
    this.#progress.set(progress.call.id, progress);
    this.#calls.push(progress.call);
    progress.begin();
    this.emit("change", progress.call);
    return { call: progress.call, outcome: progress.outcome };
  }

  /** Answers a ringing phone. @throws {ExchangeRefusal} `call_unknown`, `leg_unknown`, `leg_not_ringing` */
  answer(callId: string, legId: string): void {
    const progress = this.#find(callId);
    progress.answer(findLeg(progress.call, legId));
  }

  /**
   * Declines the call on a ringing phone. @throws {ExchangeRefusal} `call_unknown`, `leg_unknown`, `leg_not_ringing`
   */
  decline(callId: string, legId: string): void {
    const progress = this.#find(callId);
    progress.decline(findLeg(progress.call, legId));
  }

  /**
   * Hangs up one leg, and the call ends. Without `legId`, ends the call on behalf of the exchange.
   *
   * @throws {ExchangeRefusal} `call_unknown`, `leg_unknown`, `leg_not_up`, `call_ended`
   */
  hangUp(callId: string, legId?: string): void {
    const progress = this.#find(callId);
    if (legId !== undefined) {
      progress.hangUp(findLeg(progress.call, legId));
      return;
    }
    if (progress.call.state === "ended") throw new ExchangeRefusal("call_ended", `call ${callId} is over`);
    progress.end("hung-up");
  }

  /**
   * Changes some of the settings. Phones that are already ringing follow the new settings too. @throws ZodError for an
   * unknown setting
   */
  change(change: SettingsChange): void {
    applyChange(this.settings, settingsChangeSchema.parse(change));
    for (const progress of this.#progress.values()) progress.habitsChanged();
    this.emit("settings", this.settings);
  }

  /** Ends all calls and deletes them. API clients that are waiting for the result of a call get `fail`. */
  reset(): void {
    for (const progress of this.#progress.values()) progress.end("reset");
    this.#progress.clear();
    this.#calls.length = 0;
    this.emit("reset");
  }

  #find(callId: string): CallProgress {
    const progress = this.#progress.get(callId);
    if (!progress) throw new ExchangeRefusal("call_unknown", `there is no call ${callId}`);
    return progress;
  }

  #callsAt(number: string): number {
    const live = this.#calls.flatMap((call) => (call.state === "ended" ? [] : call.legs));
    return live.filter((leg) => leg.number === number && leg.state !== "ended").length;
  }
}

function findLeg(call: ExchangeCall, legId: string): Leg {
  const leg = call.legs.find(({ id }) => id === legId);
  if (!leg) throw new ExchangeRefusal("leg_unknown", `call ${call.id} has no leg ${legId}`);
  return leg;
}
