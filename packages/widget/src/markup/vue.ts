// Types for Vue 3. Write `import type {} from "@uis-call/widget/vue"` in any file of the project to use them.
import type { HTMLAttributes } from "vue";
import type { UisCallButtonEvents, Markup } from "./element-markup.js";

type Camel<Name extends string> = Name extends `${infer Head}-${infer Tail}`
  ? `${Head}${Capitalize<Camel<Tail>>}`
  : Name;

/**
 * Event listeners of the element. If a template contains a listener `@uis-call-status`, the type checker looks for the
 * property `onUisCallStatus`.
 */
type Emitted = {
  [Name in keyof UisCallButtonEvents as `on${Capitalize<Camel<Name>>}`]?:
    ((event: UisCallButtonEvents[Name]) => void) | undefined;
};

/** The type of the element when it is used in a template. */
export type UisCallButtonComponent = new () => {
  $props: Omit<HTMLAttributes, keyof Markup> & Markup & Emitted;
};

declare module "vue" {
  interface GlobalComponents {
    "uis-call-button": UisCallButtonComponent;
  }
}
