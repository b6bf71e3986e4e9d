import type { Tab } from "./tab.js";

/** A browser engine that is installed on this computer. Tests use it to start a browser. */
export interface Engine {
  name: "Chromium" | "Firefox" | "WebKit";
  start: () => Promise<EngineBrowser>;
}

export interface EngineBrowser {
  /** Opens a page in a new profile, without cookies or storage of other pages. */
  open(): Promise<Tab>;
  close(): Promise<void>;
}
