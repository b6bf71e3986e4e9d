// Types for Svelte 5 and newer: `import type {} from "@uis-call/widget/svelte"` somewhere in the project.
import type { HTMLAttributes } from "svelte/elements";
import type { UisCallButton } from "../uis-call-button.js";
import type { Listeners, Markup } from "./element-markup.js";

type Standard = Omit<HTMLAttributes<UisCallButton>, keyof Markup>;

declare module "svelte/elements" {
  interface SvelteHTMLElements {
    "uis-call-button": Standard & Markup & Listeners<"on">;
  }
}
