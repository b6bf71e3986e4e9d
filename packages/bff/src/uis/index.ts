export { type Clock, systemClock } from "../clock.js";
export type { Group } from "../config/forwarding-groups.js";
export { Secret } from "../config/secret.js";
export { type CircuitBreaker, createCircuitBreaker, type OpenCircuit } from "./circuit-breaker.js";
export {
  answerWithin,
  type CallOrder,
  type Fault,
  type Outcome,
  type SpokenMessage,
  type UisClient,
} from "./uis-client.js";
export type { KeyShare } from "./key-share.js";
export type { KeyAnswer } from "./session-key.js";
export { createV1Client, type V1Options } from "./v1.js";
