import type { CSSResultOrNative } from "lit";

/** The text of the sheets that have been added to a shadow root, by their names. */
const added = new WeakMap<ShadowRoot, Map<string, string>>();
/** The sheets of each document by their text: all buttons of a page share them. */
const made = new WeakMap<Document, Map<string, CSSStyleSheet>>();

/** Adds a style sheet to a shadow root, in place of the former one of that name. */
export function addSheet(root: ShadowRoot, name: string, css: string): void {
  const texts = added.get(root) ?? new Map<string, string>();
  added.set(root, texts);
  const former = sheetIn(root.ownerDocument, texts.get(name) ?? "");
  texts.set(name, css);
  const sheet = sheetIn(root.ownerDocument, css);
  if (sheet) root.adoptedStyleSheets = [...root.adoptedStyleSheets.filter((one) => one !== former), sheet];
}

/**
 * Gives a shadow root its own styles and the added sheets in its present document. A style sheet belongs to the document it
 * was made in, so that a move to another document takes them all.
 */
export function adoptSheets(root: ShadowRoot, styles: readonly CSSResultOrNative[]): void {
  const texts = [...styles.map(textOf), ...(added.get(root)?.values() ?? [])];
  const sheets = texts.map((css) => sheetIn(root.ownerDocument, css));
  root.adoptedStyleSheets = sheets.filter((sheet) => sheet !== undefined);
}

/** Undefined for a document without a window, which shows nothing. */
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
