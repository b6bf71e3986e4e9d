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
export type { CallReport, EndReason, LegLevel } from "./call-report.js";
export type { Answer, Metadata, UisError } from "./v4/answer.js";
export {
  type ActiveCall,
  type CallApi,
  createCallApi,
  type Digits,
  type Message,
  type Started,
  type StartEmployeeCall,
  type StartInformerCall,
  type StartOptions,
  type StartScenarioCall,
  type StartSimpleCall,
  type StartVnumberCall,
} from "./v4/call-api.js";
export { createV4Client, type V4Client, type V4Outcome } from "./v4/client.js";
export type { ApiOptions } from "./v4/connection.js";
export {
  type ApiRequest,
  type CallRecord,
  createDataApi,
  type DataApi,
  type LegRecord,
  type Span,
} from "./v4/data-api.js";
export { type ErrorClass, remedyFor } from "./v4/mnemonics.js";
export type { NumberRule } from "./v4/number-rules.js";
export type { V4Order } from "./v4/order.js";
export { type Notification, notificationReport, readNotification } from "./v4/notification.js";
export { activeCallReports, apiRequestReports, callRecordReports, legRecordReports } from "./v4/reports.js";
