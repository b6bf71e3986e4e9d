import type { Messages, Strings, LoadedMessages } from "./messages.js";

/** Returns the built-in messages, replaced by those that the page overrides. */
export const withOverrides = (messages: Messages, overrides: Strings = {}): LoadedMessages => ({
  ...messages,
  ...overrides,
  headings: { ...messages.headings, ...overrides.headings },
  status: { ...messages.status, ...overrides.status },
});
