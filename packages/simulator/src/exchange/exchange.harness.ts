import type { CallOrder, ExchangeCall, Group } from "./call.js";
import { ManualClock } from "./clock.js";
import { Exchange } from "./exchange.js";
import { applyChange, defaultSettings, type SettingsChange } from "./settings.js";

export const VISITOR = "79000000001";
export const SERVICE = "74990000000";
export const OFFICE = "79000000101";

/** Creates an exchange whose clock advances only when the test says so. */
export function exchangeOnManualClock(change: SettingsChange = {}): {
  clock: ManualClock;
  exchange: Exchange;
} {
  const clock = new ManualClock();
  const settings = defaultSettings();
  applyChange(settings, change);
  return { clock, exchange: new Exchange(clock, settings) };
}

/** Creates a forwarding group of these phones. One of them rings at a time, for 20 seconds each. */
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

/**
 * Creates the simplest order for a call: the office is dialled first, each side has one phone, and there are no
 * messages.
 */
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

/** Creates a text message. Spoken at the default speed, it lasts this number of seconds. */
export const textOf = (seconds: number): { type: "text"; value: string } => ({
  type: "text",
  value: "a".repeat(seconds * 15),
});

/** Returns the timeline as lines of text. The long texts of {@link textOf} are shortened. */
export const story = (call: ExchangeCall): string[] =>
  call.timeline.map(({ t, text }) => `${t.toFixed(1)} ${text.replace(/a{5,}/, "…")}`);
