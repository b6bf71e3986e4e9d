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
  const { left, top, right, bottom, width, height } = element.getBoundingClientRect();
  // Browsers without `currentCSSZoom` measure in the element's own pixels.
  const scale = standardZoom(element) === undefined ? legacyZoom(element) : 1;
  return {
    ...{ left: left * scale, top: top * scale, right: right * scale, bottom: bottom * scale },
    ...{ width: width * scale, height: height * scale },
  };
}

const standardZoom = (element: Element): number | undefined =>
  (element as { currentCSSZoom?: number }).currentCSSZoom;

const legacyZoom = (element: Element): number =>
  [element, ...nodesAround(element)]
    .filter(isElement)
    .reduce((zoom, one) => zoom * (Number(getComputedStyle(one).zoom) || 1), 1);
