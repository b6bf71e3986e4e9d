import type { ExchangeCall, Leg, Phone } from "./call.js";
import type { Clock } from "./clock.js";
import type { Habit, Settings } from "./settings.js";

/** What a call needs of the exchange it runs on. */
export interface Switchboard {
  clock: Clock;
  settings: Settings;
  /** Calls that `number` is in now. */
  callsAt(number: string): number;
  changed(call: ExchangeCall): void;
}

/** Whether a phone could ring now: nobody made it busy, and a channel is left. Source: §4, `channels_count`. */
export function isFree(board: Switchboard, phone: Phone): boolean {
  if (board.settings.people[phone.number]?.busy) return false;
  return phone.channels === undefined || board.callsAt(phone.number) < phone.channels;
}

/** What the person at a phone does; those without a habit of their own do as everybody of their party. */
export function habitOf(leg: Leg, { people, answerByThemselves }: Settings): Habit {
  return people[leg.number] ?? { answerAfter: answerByThemselves[leg.party] ?? undefined };
}
