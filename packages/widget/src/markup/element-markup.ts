import type { LitElement } from "lit";
import type {
  UisCallErrorEvent,
  UisCallOpenEvent,
  UisCallStatusEvent,
  UisCallSubmitEvent,
} from "../events.js";
import type { UisCallButton } from "../uis-call-button.js";

/** Names of the element's methods. */
type Methods = "show" | "hide" | "call";

/** Properties of the element that a page can set. */
export type UisCallButtonProperties = {
  [Name in Exclude<keyof UisCallButton, keyof LitElement | Methods>]?: UisCallButton[Name] | undefined;
};

/** Attributes whose name differs from that of the property. */
export interface UisCallButtonAttributes {
  "sealed-number"?: string | undefined;
}

/** The element's events by name. */
export interface UisCallButtonEvents {
  "uis-call-open": UisCallOpenEvent;
  "uis-call-submit": UisCallSubmitEvent;
  "uis-call-status": UisCallStatusEvent;
  "uis-call-error": UisCallErrorEvent;
}

/** Properties and attributes that can be set in markup. Some frameworks set properties, others set attributes. */
export type Markup = UisCallButtonProperties & UisCallButtonAttributes;

/** Event listeners as properties of an object. The name of each property is `Prefix` followed by the event's name. */
export type Listeners<Prefix extends string> = {
  [Name in keyof UisCallButtonEvents as `${Prefix}${Name}`]?:
    ((event: UisCallButtonEvents[Name]) => void) | undefined;
};
