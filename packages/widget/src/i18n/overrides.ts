import type { Messages, Strings, Wording } from "./messages.js";

/** A page's own strings over ours. */
export const withStrings = (messages: Messages, strings: Strings = {}): Wording => ({
  ...messages,
  ...strings,
  status: { ...messages.status, ...strings.status },
});
