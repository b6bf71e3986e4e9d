/** The visible part of the page. It is smaller than the window while an on-screen keyboard is open. */
export interface View {
  left: number;
  top: number;
  width: number;
  height: number;
}

export interface Size {
  width: number;
  height: number;
}

/** Distance in pixels between the panel and the button, and between the panel and the edges of the view. */
export const GAP = 8;

/**
 * Returns the position of a panel: below the button if there is room, otherwise above it. The panel is aligned with the
 * button's start or end and stays within the view.
 *
 * @param around boxes of the button's ancestors, innermost first. The panel is placed within the first ancestor that it
 *   fits into, so that a panel opened from a list does not cover what is next to the list
 */
export function placeBeside(
  anchor: Pick<DOMRect, "left" | "right" | "top" | "bottom">,
  panel: Size,
  view: View,
  direction: string,
  around: Pick<DOMRect, "left" | "right">[] = [],
): { left: number; top: number } {
  const [begins, ends] = [anchor.left, anchor.right - panel.width];
  const sides = direction === "rtl" ? [ends, begins] : [begins, ends];
  const room = view.width - panel.width;
  const seen = sides.filter((side) => firstWithin([], side, view.left, room) === side);
  // Tolerates a difference of one pixel, because layout uses fractions of pixels.
  const fitting = around.map(({ left, right }) =>
    seen.find((side) => side >= left - 1 && side + panel.width <= right + 1),
  );
  const [below, above] = [anchor.bottom + GAP, anchor.top - GAP - panel.height];
  return {
    left: fitting.find((side) => side !== undefined) ?? firstWithin(sides, sides[0] ?? 0, view.left, room),
    top: firstWithin([below], above, view.top, view.height - panel.height),
  };
}

/**
 * Returns the first place at which the panel fits between the edges. If there is none, returns `last`, moved so that
 * the panel fits. If the panel is too large to fit, returns the position at the first edge.
 */
function firstWithin(places: number[], last: number, edge: number, room: number): number {
  const within = (place: number): number => Math.max(edge + GAP, Math.min(place, edge + room - GAP));
  return places.find((place) => within(place) === place) ?? within(last);
}
