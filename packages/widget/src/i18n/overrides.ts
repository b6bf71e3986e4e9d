import type { Messages, Strings, LoadedMessages } from "./messages.js";

/** Replaces built-in messages with the page's overrides. */
export const withOverrides = (messages: Messages, overrides: Strings = {}): LoadedMessages => ({
  ...messages,
  ...overrides,
  headings: { ...messages.headings, ...overrides.headings },
  status: { ...messages.status, ...overrides.status },
});
