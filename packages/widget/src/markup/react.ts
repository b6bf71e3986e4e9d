// Types for React 19 and newer. Write `import type {} from "@uis-call/widget/react"` in any file of the project to use
// them.
import type { DetailedHTMLProps, HTMLAttributes } from "react";
import type { UisCallButton } from "../uis-call-button.js";
import type { Listeners, Markup } from "./element-markup.js";

type Standard = Omit<DetailedHTMLProps<HTMLAttributes<UisCallButton>, UisCallButton>, keyof Markup>;

declare module "react" {
  // eslint-disable-next-line @typescript-eslint/no-namespace -- React's own way
  namespace JSX {
    interface IntrinsicElements {
      "uis-call-button": Standard & Markup & Listeners<"on">;
    }
  }
}
