/** The visible part of the page: smaller than the window while an on-screen keyboard is open. */
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

/** Pixels between panel, button and edges. */
export const GAP = 8;

/**
 * Places a panel below the button where there is room, otherwise above; aligned with the button's start or end; always
 * within the view.
 *
 * @param around the button's ancestors, from the inside out: the panel stays within the first it fits into, so that a
 *   panel opened from a list does not cover what is beside the list
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
  // Allows a pixel: layout uses fractions of one.
  const fitting = around.map(({ left, right }) =>
    seen.find((side) => side >= left - 1 && side + panel.width <= right + 1),
  );
  const [below, above] = [anchor.bottom + GAP, anchor.top - GAP - panel.height];
  return {
    left: fitting.find((side) => side !== undefined) ?? firstWithin(sides, sides[0] ?? 0, view.left, room),
    top: firstWithin([below], above, view.top, view.height - panel.height),
  };
}

/** The first place within the edges. If none is, moves the last one inside; without room, to the first edge. */
function firstWithin(places: number[], last: number, edge: number, room: number): number {
  const within = (place: number): number => Math.max(edge + GAP, Math.min(place, edge + room - GAP));
  return places.find((place) => within(place) === place) ?? within(last);
}
