import type { ExchangeCall, Leg, Phone } from "./call.js";
import type { Clock } from "./clock.js";
import type { Habit, Settings } from "./settings.js";

/** What a telephone call needs from its exchange. */
export interface Switchboard {
  clock: Clock;
  settings: Settings;
  /** Returns how many telephone calls the phone with this number has now. */
  callsAt(number: string): number;
  changed(call: ExchangeCall): void;
}

/**
 * Returns whether a phone can ring. It cannot if the settings say that it is busy, or if all its channels are in use
 * (Call API v1 §4).
 */
export function isFree(board: Switchboard, phone: Phone): boolean {
  if (board.settings.people[phone.number]?.busy) return false;
  return phone.channels === undefined || board.callsAt(phone.number) < phone.channels;
}

/**
 * Returns what the person at a phone does: what the settings say about this number, or otherwise the default of the
 * party.
 */
export function habitOf(leg: Leg, { people, answerByThemselves }: Settings): Habit {
  return people[leg.number] ?? { answerAfter: answerByThemselves[leg.party] ?? undefined };
}
