// Types for Vue 3: `import type {} from "@uis-call/widget/vue"` somewhere in the project.
import type { HTMLAttributes } from "vue";
import type { UisCallButtonEvents, Markup } from "./element-markup.js";

type Camel<Name extends string> = Name extends `${infer Head}-${infer Tail}`
  ? `${Head}${Capitalize<Camel<Tail>>}`
  : Name;

/** `@uis-call-status` in a template is `onUisCallStatus` to the type checker. */
type Emitted = {
  [Name in keyof UisCallButtonEvents as `on${Capitalize<Camel<Name>>}`]?:
    ((event: UisCallButtonEvents[Name]) => void) | undefined;
};

/** The element, as a component in a template. */
export type UisCallButtonComponent = new () => {
  $props: Omit<HTMLAttributes, keyof Markup> & Markup & Emitted;
};

declare module "vue" {
  interface GlobalComponents {
    "uis-call-button": UisCallButtonComponent;
  }
}
