import type { CSSResultOrNative } from "lit";

/** Texts of the style sheets that have been added to each shadow root, by name. */
const added = new WeakMap<ShadowRoot, Map<string, string>>();
/** Style sheets of each document, by their text. All buttons of a document share them. */
const made = new WeakMap<Document, Map<string, CSSStyleSheet>>();

/** Adds a style sheet to a shadow root. Replaces an earlier style sheet of the same name. */
export function addSheet(root: ShadowRoot, name: string, css: string): void {
  const texts = added.get(root) ?? new Map<string, string>();
  added.set(root, texts);
  const former = sheetIn(root.ownerDocument, texts.get(name) ?? "");
  texts.set(name, css);
  const sheet = sheetIn(root.ownerDocument, css);
  if (sheet) root.adoptedStyleSheets = [...root.adoptedStyleSheets.filter((one) => one !== former), sheet];
}

/**
 * Applies a shadow root's own styles and the added style sheets in its present document. A style sheet works only in
 * the document in which it was created, so all must be created again after a move to another document.
 */
export function adoptSheets(root: ShadowRoot, styles: readonly CSSResultOrNative[]): void {
  const texts = [...styles.map(textOf), ...(added.get(root)?.values() ?? [])];
  const sheets = texts.map((css) => sheetIn(root.ownerDocument, css));
  root.adoptedStyleSheets = sheets.filter((sheet) => sheet !== undefined);
}

/**
 * Returns the document's style sheet with this text, and creates it if needed. Returns undefined if the document has no
 * window, because such a document displays nothing.
 */
function sheetIn(document: Document, css: string): CSSStyleSheet | undefined {
  const sheets = made.get(document) ?? new Map<string, CSSStyleSheet>();
  made.set(document, sheets);
  const present = sheets.get(css);
  if (present || !document.defaultView) return present;
  const sheet = new document.defaultView.CSSStyleSheet();
  sheet.replaceSync(css);
  sheets.set(css, sheet);
  return sheet;
}

const textOf = (style: CSSResultOrNative): string =>
  "cssText" in style ? style.cssText : [...style.cssRules].map(({ cssText }) => cssText).join("");
