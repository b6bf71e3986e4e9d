import type { Messages, Strings, LoadedMessages } from "./messages.js";

/** Lays the page's overrides over the built-in messages. */
export const withOverrides = (messages: Messages, overrides: Strings = {}): LoadedMessages => ({
  ...messages,
  ...overrides,
  status: { ...messages.status, ...overrides.status },
});
