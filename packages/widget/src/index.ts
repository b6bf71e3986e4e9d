export type { Call, CallReason, CallStatus, ErrorCode, VisitorErrorCode } from "./api/contract.js";
export { UisCallErrorEvent, UisCallOpenEvent, UisCallStatusEvent, UisCallSubmitEvent } from "./events.js";
export type { FailureCode, Strings } from "./i18n/messages.js";
export type {
  UisCallButtonAttributes,
  UisCallButtonEvents,
  UisCallButtonProperties,
} from "./markup/element-markup.js";
export { UisCallButton } from "./uis-call-button.js";
