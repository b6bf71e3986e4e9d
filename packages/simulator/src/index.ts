export type { Account } from "./v1/accounts.js";
export type {
  ExchangeCall,
  Hears,
  Leg,
  LegEnd,
  LegState,
  Message,
  Party,
  TimelineEntry,
} from "./exchange/call.js";
export { type Clock, ManualClock, systemClock } from "./exchange/clock.js";
export type { Answer, AnswerHook } from "./v1/endpoint.js";
export { Exchange } from "./exchange/exchange.js";
export { ExchangeRefusal, type ExchangeRefusalCode } from "./exchange/exchange-refusal.js";
export { type Fixture, fixtures } from "./v1/fixtures.js";
export type { RpcRecord } from "./records.js";
export type { Habit, Settings, SettingsChange } from "./exchange/settings.js";
export { demoAccount, type SimulatorOptions, UisSimulator } from "./simulator.js";
