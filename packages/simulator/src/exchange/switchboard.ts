import type { ExchangeCall, Leg, Phone } from "./call.js";
import type { Clock } from "./clock.js";
import type { Habit, Settings } from "./settings.js";

/** The exchange's functions that a call uses. */
export interface Switchboard {
  clock: Clock;
  settings: Settings;
  /** Number of live calls of a telephone number. */
  callsAt(number: string): number;
  changed(call: ExchangeCall): void;
}

/** Whether a phone can ring: it is not set to busy and has a free channel. Source: §4, `channels_count`. */
export function isFree(board: Switchboard, phone: Phone): boolean {
  if (board.settings.people[phone.number]?.busy) return false;
  return phone.channels === undefined || board.callsAt(phone.number) < phone.channels;
}

/** The habit at a phone: its own, or the default of its party. */
export function habitOf(leg: Leg, { people, answerByThemselves }: Settings): Habit {
  return people[leg.number] ?? { answerAfter: answerByThemselves[leg.party] ?? undefined };
}
