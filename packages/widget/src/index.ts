export type { Call } from "@uis-call/shared";
export { UisCallErrorEvent, UisCallOpenEvent, UisCallStatusEvent, UisCallSubmitEvent } from "./events.js";
export type { FailureCode, Strings } from "./messages.js";
export { UisCallButton } from "./uis-call-button.js";
