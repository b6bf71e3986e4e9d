/** By its type: each window has classes of its own. */
export const isElement = (node: Node): node is Element => node.nodeType === 1;

/** A node's ancestors in the flat tree, from the inside out, through slots and shadow roots. */
export function nodesAround(node: Node): Node[] {
  const { assignedSlot, parentNode, host } = node as Partial<Element & ShadowRoot>;
  const next = assignedSlot ?? parentNode ?? host;
  return next ? [next, ...nodesAround(next)] : [];
}

/** Pixels of the window in one of the element, by CSS `zoom` on the element and around it. */
export const zoomOf = (element: Element): number => standardZoom(element) ?? legacyZoom(element);

/** An element's box in the window's pixels. */
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
