// Types for Preact. Write `import type {} from "@uis-call/widget/preact"` in any file of the project to use them.
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
