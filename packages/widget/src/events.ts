import type { Call } from "./contract.js";
import type { FailureCode } from "./messages.js";

/** Options of all our events: a page may listen on any ancestor, from outside any shadow root. */
const everywhere = { bubbles: true, composed: true } as const;

/** The form has been opened. */
export class UisCallOpenEvent extends Event {
  static readonly type = "uis-call-open";

  constructor() {
    super(UisCallOpenEvent.type, everywhere);
  }
}

/** The visitor asks for a call. `preventDefault()` keeps it from being sent. Holds no number. */
export class UisCallSubmitEvent extends Event {
  static readonly type = "uis-call-submit";
  /** Id of the target asked for; `target` is the element, as in every event. */
  readonly callTarget: string;

  constructor(target: string) {
    super(UisCallSubmitEvent.type, { ...everywhere, cancelable: true });
    this.callTarget = target;
  }
}

/** The call has changed. */
export class UisCallStatusEvent extends Event {
  static readonly type = "uis-call-status";
  readonly call: Readonly<Call>;

  constructor(call: Call) {
    super(UisCallStatusEvent.type, everywhere);
    this.call = call;
  }
}

/** Something kept the call from being asked for, or followed. */
export class UisCallErrorEvent extends Event {
  static readonly type = "uis-call-error";
  readonly code: FailureCode;

  constructor(code: FailureCode) {
    super(UisCallErrorEvent.type, everywhere);
    this.code = code;
  }
}

declare global {
  // Elements, document and window: they bubble to all of these.
  interface GlobalEventHandlersEventMap {
    "uis-call-open": UisCallOpenEvent;
    "uis-call-submit": UisCallSubmitEvent;
    "uis-call-status": UisCallStatusEvent;
    "uis-call-error": UisCallErrorEvent;
  }
}
