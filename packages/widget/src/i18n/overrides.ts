import type { Messages, Strings, LoadedMessages } from "./messages.js";

/** A page's overrides over our messages. */
export const withOverrides = (messages: Messages, overrides: Strings = {}): LoadedMessages => ({
  ...messages,
  ...overrides,
  status: { ...messages.status, ...overrides.status },
});
