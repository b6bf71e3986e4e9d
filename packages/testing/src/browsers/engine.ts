import type { Tab } from "./tab.js";

/** A browser engine that is installed on this computer. */
export interface Engine {
  name: "Chromium" | "Firefox" | "WebKit";
  start: () => Promise<EngineBrowser>;
}

export interface EngineBrowser {
  /** Opens a page with a fresh profile. */
  open(): Promise<Tab>;
  close(): Promise<void>;
}
