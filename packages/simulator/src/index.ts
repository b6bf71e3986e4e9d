export type { Account } from "./accounts.js";
export type { ExchangeCall, Hears, Leg, LegEnd, LegState, Message, Party, TimelineEntry } from "./call.js";
export { type Clock, ManualClock, systemClock } from "./clock.js";
export type { Answer, AnswerHook } from "./endpoint.js";
export { Exchange } from "./exchange.js";
export { ExchangeRefusal, type ExchangeRefusalCode } from "./exchange-refusal.js";
export type { RpcRecord } from "./records.js";
export type { Habit, Settings, SettingsChange } from "./settings.js";
export { demoAccount, type SimulatorOptions, UisSimulator } from "./simulator.js";
