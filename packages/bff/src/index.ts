export { type Bff, type BffOptions, createBff } from "./app.js";
export { type Clock, systemClock } from "./clock.js";
export type { Configuration, Tenant } from "./config/configuration.js";
export { ConfigurationError, parseConfiguration, readConfiguration } from "./config/configuration-file.js";
export { OpeningHours, OpeningHoursSchema } from "./config/opening-hours.js";
export { Secret } from "./config/secret.js";
export type { Route } from "./http/route.js";
export { createLogger, type Logger } from "./log.js";
export type { Metrics } from "./metrics.js";
export {
  type CallRouter,
  type CallRouterOptions,
  createCallRouter,
  type HostSession,
  type HostSessions,
  type HostUser,
} from "./mount.js";
export { type Database, openDatabase } from "./store/database.js";
export { type NumberCipher, numberCipherOf } from "./store/number-cipher.js";
