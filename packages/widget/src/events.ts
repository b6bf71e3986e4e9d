import type { Call } from "./api/contract.js";
import type { FailureCode } from "./i18n/messages.js";

/** Lets pages listen on any ancestor of the element, even outside the shadow root that contains it. */
const everywhere = { bubbles: true, composed: true } as const;

/** The button's members that its events copy. */
interface Caller {
  readonly target: string;
  readonly reference: string;
}

/**
 * Base of the element's events. `target` is the element, as in every DOM event. The id of the call's target is
 * `callTarget`.
 */
abstract class UisCallEvent extends Event {
  /** Id of the target the button calls. */
  readonly callTarget: string;
  /** The button's `reference`; empty where none is set. */
  readonly reference: string;

  constructor(type: string, button: Caller, options?: EventInit) {
    super(type, { ...everywhere, ...options });
    this.callTarget = button.target;
    this.reference = button.reference;
  }
}

/** The form has been opened. */
export class UisCallOpenEvent extends UisCallEvent {
  static readonly type = "uis-call-open";

  constructor(button: Caller) {
    super(UisCallOpenEvent.type, button);
  }
}

/** The visitor asks for a call. `preventDefault()` keeps it from being sent. Holds no number. */
export class UisCallSubmitEvent extends UisCallEvent {
  static readonly type = "uis-call-submit";

  constructor(button: Caller) {
    super(UisCallSubmitEvent.type, button, { cancelable: true });
  }
}

/** The call has changed. */
export class UisCallStatusEvent extends UisCallEvent {
  static readonly type = "uis-call-status";
  /**
   * The call as the backend reports it. If the token has a reference, `call.reference` is that one, not the button's.
   */
  readonly call: Readonly<Call>;

  constructor(button: Caller, call: Call) {
    super(UisCallStatusEvent.type, button);
    this.call = call;
  }
}

/** The call could not be asked for, or followed. */
export class UisCallErrorEvent extends UisCallEvent {
  static readonly type = "uis-call-error";
  readonly code: FailureCode;

  constructor(button: Caller, code: FailureCode) {
    super(UisCallErrorEvent.type, button);
    this.code = code;
  }
}

declare global {
  // Declares the events for elements, document and window, because the events bubble to all of these.
  interface GlobalEventHandlersEventMap {
    "uis-call-open": UisCallOpenEvent;
    "uis-call-submit": UisCallSubmitEvent;
    "uis-call-status": UisCallStatusEvent;
    "uis-call-error": UisCallErrorEvent;
  }
}
