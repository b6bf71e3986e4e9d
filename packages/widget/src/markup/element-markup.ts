import type { LitElement } from "lit";
import type {
  UisCallErrorEvent,
  UisCallOpenEvent,
  UisCallStatusEvent,
  UisCallSubmitEvent,
} from "../events.js";
import type { UisCallButton } from "../uis-call-button.js";

/** Members of its own that are for calling. */
type Methods = "show" | "hide" | "call";

/** What a page may set on the element. */
export type UisCallButtonProperties = {
  [Name in Exclude<keyof UisCallButton, keyof LitElement | Methods>]?: UisCallButton[Name] | undefined;
};

/** What a page may write in HTML, where that has another name than the property. */
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

/** Properties and attributes, in frameworks that choose the right one of both. */
export type Markup = UisCallButtonProperties & UisCallButtonAttributes;

/** Listeners as members, each named by its event behind `Prefix`. */
export type Listeners<Prefix extends string> = {
  [Name in keyof UisCallButtonEvents as `${Prefix}${Name}`]?:
    ((event: UisCallButtonEvents[Name]) => void) | undefined;
};
