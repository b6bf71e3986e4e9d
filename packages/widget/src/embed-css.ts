/**
 * Lit's `css-tag.js` as the embed bundle has it: what Lit does for browsers that cannot share a style sheet is left out,
 * since the element leaves those with the page's own content.
 */

/** A style sheet without anything to fill in. */
export function css([text = ""]: TemplateStringsArray): CSSStyleSheet {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(text);
  return sheet;
}

/** Gives a shadow root its styles. */
export const adoptStyles = (root: ShadowRoot, sheets: CSSStyleSheet[]): void => {
  root.adoptedStyleSheets = sheets;
};

/** What becomes of `static styles`. */
export const getCompatibleStyle = (sheet: CSSStyleSheet): CSSStyleSheet => sheet;

/** What else Lit exports, and the element does not use. */
export const CSSResult = undefined,
  supportsAdoptingStyleSheets = true,
  unsafeCSS = undefined;
