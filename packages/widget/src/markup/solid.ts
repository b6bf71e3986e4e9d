// Types for Solid: `import type {} from "@uis-call/widget/solid"` somewhere in the project.
import type { JSX } from "solid-js";
import type { UisCallButton } from "../uis-call-button.js";
import type { Listeners, Markup } from "./element-markup.js";

type Standard = Omit<JSX.HTMLAttributes<UisCallButton>, keyof Markup>;

declare module "solid-js" {
  // eslint-disable-next-line @typescript-eslint/no-namespace -- Solid's own way
  namespace JSX {
    interface IntrinsicElements {
      "uis-call-button": Standard & Markup & Listeners<"on:">;
    }
  }
}
