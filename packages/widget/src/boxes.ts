/**
 * Checks the node's type. `instanceof Element` would be false for nodes of other windows, because each window has its
 * own `Element` class.
 */
export const isElement = (node: Node): node is Element => node.nodeType === 1;

/** Returns a node's ancestors in the flat tree, innermost first, through slots and shadow roots. */
export function nodesAround(node: Node): Node[] {
  const { assignedSlot, parentNode, host } = node as Partial<Element & ShadowRoot>;
  const next = assignedSlot ?? parentNode ?? host;
  return next ? [next, ...nodesAround(next)] : [];
}

/**
 * Returns the zoom factor of an element: how many pixels of the window one CSS pixel of the element covers. The factor
 * results from the CSS property `zoom` of the element and of its ancestors.
 */
export const zoomOf = (element: Element): number => standardZoom(element) ?? legacyZoom(element);

/** Returns an element's bounding box in pixels of the window, even if the CSS property `zoom` enlarges the element. */
export function boxOf(
  element: Element,
): Pick<DOMRect, "left" | "top" | "right" | "bottom" | "width" | "height"> {
  const box = element.getBoundingClientRect();
  const window = element.ownerDocument.defaultView;
  if (!window || standardZoom(element) !== undefined) return box;
  // Old versions of WebKit have no `currentCSSZoom`. In them, each coordinate of the bounding box is the distance from
  // the corner of the page, divided by the zoom factor, minus the scroll offset. The division is undone here.
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
