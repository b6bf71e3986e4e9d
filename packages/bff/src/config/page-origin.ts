import { z } from "zod";

/**
 * Origin of a page that may use the button. It is converted to the form in which browsers send it: the host in
 * lower case and in Punycode, and no default port.
 */
export const PageOrigin = z.string().transform((text, context) => {
  const problem = problemOf(text);
  if (problem === undefined) return new URL(text).origin;
  context.addIssue({ code: "custom", message: problem });
  return z.NEVER;
});

/** Returns what is wrong with an origin, as a hint. */
function problemOf(text: string): string | undefined {
  if (text.includes("*"))
    return "list each origin by itself: a wildcard would also let in pages that are not yours";
  if (text === "null" || /^file:/i.test(text))
    return "pages from files and sandboxed frames have no origin of their own: serve the page by https";
  if (/^(?!https?:)[a-z][a-z\d+.-]*:\/\//i.test(text))
    return "pages of apps and extensions have no origin that only they can have: open a page of your site in the app's web view or in a tab, and list the https origin of that page";
  if (!/^https?:\/\/[^/?#@\\\s]+$/i.test(text) || !URL.canParse(text))
    return "write scheme, host and port only, without a path or a slash at the end, e.g. https://acme.example";
  return undefined;
}
