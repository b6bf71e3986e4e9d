// Types for Vue 3: `import type {} from "@uis-call/widget/vue"` somewhere in the project.
import type { HTMLAttributes } from "vue";
import type { UisCallButtonEvents, Markup } from "./element-markup.js";

type Camel<Name extends string> = Name extends `${infer Head}-${infer Tail}`
  ? `${Head}${Capitalize<Camel<Tail>>}`
  : Name;

/**
 * The type checker looks up a listener written as `@uis-call-status` in a template under the name `onUisCallStatus`.
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
