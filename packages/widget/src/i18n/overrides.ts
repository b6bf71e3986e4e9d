import type { Messages, Strings, LoadedMessages } from "./messages.js";

/** Lays the page's overrides over the built-in messages. */
export const withOverrides = (messages: Messages, overrides: Strings = {}): LoadedMessages => ({
  ...messages,
  ...overrides,
  headings: { ...messages.headings, ...overrides.headings },
  status: { ...messages.status, ...overrides.status },
});
