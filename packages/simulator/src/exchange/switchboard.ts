import type { ExchangeCall, Leg, Phone } from "./call.js";
import type { Clock } from "./clock.js";
import type { Habit, Settings } from "./settings.js";

/** The functions of the exchange that a call uses. */
export interface Switchboard {
  clock: Clock;
  settings: Settings;
  /** Returns the number of current calls at a telephone number. */
  callsAt(number: string): number;
  changed(call: ExchangeCall): void;
}

/** Returns whether a phone can ring: the settings do not make it busy, and it has a free channel (Call API v1 §4). */
export function isFree(board: Switchboard, phone: Phone): boolean {
  if (board.settings.people[phone.number]?.busy) return false;
  return phone.channels === undefined || board.callsAt(phone.number) < phone.channels;
}

/** Returns what the person at a phone does: the setting of this phone, or else the default of its party. */
export function habitOf(leg: Leg, { people, answerByThemselves }: Settings): Habit {
  return people[leg.number] ?? { answerAfter: answerByThemselves[leg.party] ?? undefined };
}
