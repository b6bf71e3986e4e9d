// Types for Solid. Write `import type {} from "@uis-call/widget/solid"` in any file of the project to use them.
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
