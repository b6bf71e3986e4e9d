import type { CSSResultOrNative } from "lit";

/** The style sheets that have been added to each shadow root. The keys are their names, the values their CSS texts. */
const added = new WeakMap<ShadowRoot, Map<string, string>>();
/** The style sheets of each document. The keys are their CSS texts. All buttons of a document share them. */
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
 * Applies the shadow root's own styles and the added style sheets again, after the element has been moved to another
 * document. A style sheet works only in the document in which it was created, so all must be created again.
 */
export function adoptSheets(root: ShadowRoot, styles: readonly CSSResultOrNative[]): void {
  const texts = [...styles.map(textOf), ...(added.get(root)?.values() ?? [])];
  const sheets = texts.map((css) => sheetIn(root.ownerDocument, css));
  root.adoptedStyleSheets = sheets.filter((sheet) => sheet !== undefined);
}

/**
 * Returns the document's style sheet with this text. Creates it if there is none. Returns undefined if the document has
 * no window, because such a document displays nothing.
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
