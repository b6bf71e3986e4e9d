import type { Call } from "./api/contract.js";
import type { FailureCode } from "./i18n/messages.js";

/** Options of all events. Pages can listen on any ancestor of the element, even outside its shadow root. */
const everywhere = { bubbles: true, composed: true } as const;

/** The button's properties that are copied into its events. */
interface Caller {
  readonly target: string;
  readonly reference: string;
}

/**
 * Base class of the element's events. As in every DOM event, `target` is the element. The id of the target that is
 * called is therefore named `callTarget`.
 */
abstract class UisCallEvent extends Event {
  /** Id of the target that the button calls. */
  readonly callTarget: string;
  /** The button's `reference`; empty if the button has none. */
  readonly reference: string;

  constructor(type: string, button: Caller, options?: EventInit) {
    super(type, { ...everywhere, ...options });
    this.callTarget = button.target;
    this.reference = button.reference;
  }
}

/** Dispatched when the form has been opened. */
export class UisCallOpenEvent extends UisCallEvent {
  static readonly type = "uis-call-open";

  constructor(button: Caller) {
    super(UisCallOpenEvent.type, button);
  }
}

/**
 * Dispatched when the visitor submits the form. `preventDefault()` prevents the request for the call from being sent.
 * The event does not contain the visitor's telephone number.
 */
export class UisCallSubmitEvent extends UisCallEvent {
  static readonly type = "uis-call-submit";

  constructor(button: Caller) {
    super(UisCallSubmitEvent.type, button, { cancelable: true });
  }
}

/** Dispatched when the status of the call has changed. */
export class UisCallStatusEvent extends UisCallEvent {
  static readonly type = "uis-call-status";
  /**
   * The call as the backend reports it. If the identity token contains a reference, `call.reference` is this reference
   * and not that of the button.
   */
  readonly call: Readonly<Call>;

  constructor(button: Caller, call: Call) {
    super(UisCallStatusEvent.type, button);
    this.call = call;
  }
}

/** Dispatched when a call could not be requested, or when its status can no longer be read. */
export class UisCallErrorEvent extends UisCallEvent {
  static readonly type = "uis-call-error";
  readonly code: FailureCode;

  constructor(button: Caller, code: FailureCode) {
    super(UisCallErrorEvent.type, button);
    this.code = code;
  }
}

declare global {
  // Declares the events for elements, documents and windows, because the events bubble to all of them.
  interface GlobalEventHandlersEventMap {
    "uis-call-open": UisCallOpenEvent;
    "uis-call-submit": UisCallSubmitEvent;
    "uis-call-status": UisCallStatusEvent;
    "uis-call-error": UisCallErrorEvent;
  }
}
