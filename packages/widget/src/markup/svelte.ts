// Types for Svelte 5 and newer. Write `import type {} from "@uis-call/widget/svelte"` in any file of the project to use
// them.
import type { HTMLAttributes } from "svelte/elements";
import type { UisCallButton } from "../uis-call-button.js";
import type { Listeners, Markup } from "./element-markup.js";

type Standard = Omit<HTMLAttributes<UisCallButton>, keyof Markup>;

declare module "svelte/elements" {
  interface SvelteHTMLElements {
    "uis-call-button": Standard & Markup & Listeners<"on">;
  }
}
