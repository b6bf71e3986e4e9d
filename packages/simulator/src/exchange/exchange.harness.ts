import type { CallOrder, ExchangeCall, Group } from "./call.js";
import { ManualClock } from "./clock.js";
import { Exchange } from "./exchange.js";
import { applyChange, defaultSettings, type SettingsChange } from "./settings.js";

export const VISITOR = "79000000001";
export const SERVICE = "74990000000";
export const OFFICE = "79000000101";

/** An exchange on a clock that the test moves. */
export function exchangeOnManualClock(change: SettingsChange = {}): {
  clock: ManualClock;
  exchange: Exchange;
} {
  const clock = new ManualClock();
  const settings = defaultSettings();
  applyChange(settings, change);
  return { clock, exchange: new Exchange(clock, settings) };
}

/** A group of these phones with one line and 20 seconds of ringing. */
export function group(numbers: string[], part: Partial<Group> = {}): Group {
  return {
    phones: numbers.map((number) => ({ number, channels: 1, ringFor: 20 })),
    linesStart: 1,
    linesLimit: 1,
    dialingIncrement: 0,
    incrementalDialingTimeout: 0,
    ...part,
  };
}

/** A minimal call: office first, one number each, no messages. */
export function order(part: Partial<CallOrder> = {}): CallOrder {
  return {
    account: "demo",
    firstCall: "numc",
    switchAtOnce: true,
    holdMusic: "tune.mp3",
    serviceNumber: SERVICE,
    visitor: { number: VISITOR, ringFor: 60 },
    groups: [{ ...group([]), phones: [{ number: OFFICE, ringFor: 60 }] }],
    callerIds: { visitor: SERVICE, office: SERVICE },
    messages: {},
    ...part,
  };
}

/** A text that takes this many seconds at the default speed. */
export const textOf = (seconds: number): { type: "text"; value: string } => ({
  type: "text",
  value: "a".repeat(seconds * 15),
});

/** The timeline as lines of text, with long messages shortened. */
export const story = (call: ExchangeCall): string[] =>
  call.timeline.map(({ t, text }) => `${t.toFixed(1)} ${text.replace(/a{5,}/, "…")}`);
