import type { Tab } from "./tab.js";

/** One browser engine, as installed here. */
export interface Engine {
  name: "Chromium" | "Firefox" | "WebKit";
  start: () => Promise<EngineBrowser>;
}

export interface EngineBrowser {
  /** A page of a visitor who was never here before. */
  open(): Promise<Tab>;
  close(): Promise<void>;
}
