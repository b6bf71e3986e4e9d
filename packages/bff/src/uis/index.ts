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
export type { SharedToken } from "./shared-token.js";
export type { TokenAnswer } from "./token-provider.js";
export { createV1Client, type V1Options } from "./v1.js";
