// Types for Preact: `import type {} from "@uis-call/widget/preact"` somewhere in the project.
import type { HTMLAttributes } from "preact";
import type { UisCallButton } from "../uis-call-button.js";
import type { Listeners, Markup } from "./element-markup.js";

type Standard = Omit<HTMLAttributes<UisCallButton>, keyof Markup>;

declare module "preact" {
  // eslint-disable-next-line @typescript-eslint/no-namespace -- Preact's own way
  namespace JSX {
    interface IntrinsicElements {
      "uis-call-button": Standard & Markup & Listeners<"on">;
    }
  }
}
