import type { Account } from "./v1/accounts.js";
import { type Clock, Timers } from "./exchange/clock.js";
import { faultText, hookOf } from "./faults.js";
import type { AccountEntry, Fault, PersonEntry, ScriptEntry } from "./script-file.js";
import type { Habit } from "./exchange/settings.js";
import type { UisSimulator } from "./simulator.js";

/**
 * Plays a script on a simulator: does at each time what the script's entries say, and prints each step. While a fault
 * lasts, the script uses the hook `uis.beforeAnswer`.
 */
export class Script {
  readonly #entries: readonly ScriptEntry[];
  readonly #uis: UisSimulator;
  readonly #clock: Clock;
  readonly #print: (line: string) => void;
  readonly #timers: Timers;
  readonly #faults: Fault[] = [];
  /**
   * The last entry about each phone that was not about being busy. It applies again when the phone is no longer busy.
   */
  readonly #habits = new Map<string, Habit>();
  #startedAt = 0;

  /** @param entries the entries of the script, sorted by time */
  constructor(
    entries: readonly ScriptEntry[],
    uis: UisSimulator,
    clock: Clock,
    print: (line: string) => void,
  ) {
    this.#entries = entries;
    this.#uis = uis;
    this.#clock = clock;
    this.#print = print;
    this.#timers = new Timers(clock);
  }

  /** Starts to play the script. The entries for second 0 have been played when this function returns. */
  begin(): void {
    this.#startedAt = this.#clock.now();
    let end = 0;
    // Sets the timers of all entries now, in this order, so that a fault ends before another one begins at the same
    // moment.
    for (const entry of this.#entries) {
      this.#at(entry.at, () => this.#play(entry));
      end = Math.max(end, entry.at);
      if (!("uis" in entry)) continue;
      const over = entry.at + entry.for;
      this.#at(over, () => this.#endFault(entry.uis));
      end = Math.max(end, over);
    }
    this.#at(end, () => this.#tell("the script is over"));
  }

  /** Stops playing. */
  stop(): void {
    this.#timers.stop();
  }

  #at(second: number, run: () => void): void {
    if (second === 0) run();
    else this.#timers.after(second, run);
  }

  #play(entry: ScriptEntry): void {
    this.#tell(`${entry.note === undefined ? "" : `${entry.note}: `}${entryText(entry)}`);
    if ("phone" in entry) this.#playPerson(entry);
    else if ("uis" in entry) this.#beginFault(entry.uis);
    else if ("account" in entry) for (const account of this.#uis.accounts) change(account, entry.account);
    else if ("keys" in entry) this.#uis.expireSessionKeys();
    else this.#uis.exchange.change(entry.settings);
  }

  #playPerson({ phone, answerAfter, declineAfter, busy, hangUp }: PersonEntry): void {
    if (answerAfter !== undefined || declineAfter !== undefined) {
      this.#habits.set(phone, { answerAfter: answerAfter ?? undefined, declineAfter });
    } else if (busy === undefined && hangUp) {
      this.#hangUp(phone);
      return;
    }
    const habit = busy ? { busy } : (this.#habits.get(phone) ?? null);
    this.#uis.exchange.change({ people: { [phone]: habit } });
    if (hangUp) this.#hangUp(phone);
  }

  #hangUp(phone: string): void {
    for (const { id, legs } of this.#uis.exchange.calls) {
      const up = legs.find(
        ({ number, state }) => number === phone && (state === "answered" || state === "connected"),
      );
      if (up) this.#uis.exchange.hangUp(id, up.id);
    }
  }

  #beginFault(fault: Fault): void {
    this.#faults.push(fault);
    this.#setHook();
  }

  #endFault(fault: Fault): void {
    this.#faults.splice(this.#faults.indexOf(fault), 1);
    this.#setHook();
    this.#tell(`over: UIS ${faultText(fault)}`);
  }

  #setHook(): void {
    this.#uis.beforeAnswer = this.#faults.length === 0 ? undefined : hookOf([...this.#faults]);
  }

  #tell(text: string): void {
    const elapsed = (this.#clock.now() - this.#startedAt) / 1000;
    this.#print(`script  t+${elapsed.toFixed(1)}  ${text}`);
  }
}

function change(account: Account, { active, allowedAddresses, limits }: AccountEntry["account"]): void {
  if (active !== undefined) account.active = active;
  if (limits) Object.assign(account, { limits });
  if (allowedAddresses === null) delete account.allowedAddresses;
  else if (allowedAddresses) account.allowedAddresses = allowedAddresses;
}

function entryText(entry: ScriptEntry): string {
  if ("phone" in entry) return `${entry.phone} ${personText(entry)}`;
  if ("uis" in entry) return `for ${entry.for} s UIS ${faultText(entry.uis)}`;
  if ("account" in entry) return `the account changes ${JSON.stringify(entry.account)}`;
  if ("keys" in entry) return "all session keys expire";
  return `the settings change ${JSON.stringify(entry.settings)}`;
}

function personText({ answerAfter, declineAfter, busy, hangUp }: PersonEntry): string {
  const said = [
    answerAfter === null && "lets it ring",
    typeof answerAfter === "number" && `answers after ${answerAfter} s`,
    declineAfter !== undefined && `declines after ${declineAfter} s`,
    busy !== undefined && (busy ? "is busy" : "is free"),
    hangUp && "hangs up",
  ];
  return said.filter((words) => typeof words === "string").join(" and ");
}
