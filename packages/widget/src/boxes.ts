/**
 * Checks the node type: `instanceof` would fail for nodes of other windows, because each window has its own classes.
 */
export const isElement = (node: Node): node is Element => node.nodeType === 1;

/** Returns a node's ancestors in the flat tree, innermost first, through slots and shadow roots. */
export function nodesAround(node: Node): Node[] {
  const { assignedSlot, parentNode, host } = node as Partial<Element & ShadowRoot>;
  const next = assignedSlot ?? parentNode ?? host;
  return next ? [next, ...nodesAround(next)] : [];
}

/**
 * Returns how many pixels of the window one CSS pixel of the element covers, given CSS `zoom` on it and its ancestors.
 */
export const zoomOf = (element: Element): number => standardZoom(element) ?? legacyZoom(element);

/** Returns an element's box in pixels of the window. */
export function boxOf(
  element: Element,
): Pick<DOMRect, "left" | "top" | "right" | "bottom" | "width" | "height"> {
  const box = element.getBoundingClientRect();
  const window = element.ownerDocument.defaultView;
  if (!window || standardZoom(element) !== undefined) return box;
  // WebKit without `currentCSSZoom` divides the distance from the page's corner by the zoom, and then subtracts what the
  // page is scrolled by, which it does not divide.
  const scale = legacyZoom(element);
  const across = (x: number): number => (x + window.scrollX) * scale - window.scrollX;
  const down = (y: number): number => (y + window.scrollY) * scale - window.scrollY;
  const [left, right, top, bottom] = [across(box.left), across(box.right), down(box.top), down(box.bottom)];
  return { left, right, top, bottom, width: right - left, height: bottom - top };
}

const standardZoom = (element: Element): number | undefined =>
  (element as { currentCSSZoom?: number }).currentCSSZoom;

const legacyZoom = (element: Element): number =>
  [element, ...nodesAround(element)]
    .filter(isElement)
    .reduce((zoom, one) => zoom * (Number(getComputedStyle(one).zoom) || 1), 1);
