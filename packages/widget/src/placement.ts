/** What is to be seen of the page: less than the window while a keyboard is on the screen. */
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

/** Pixels between panel, button and edge. */
export const GAP = 8;

/**
 * Where a panel goes: below the button where there is room, above it where not; from where the button begins, or to where
 * it ends; and always to be seen.
 *
 * @param around what the button stands in, from the inside out: the panel keeps to the first of it that it fits into, and
 *   so does not open from a list over what is beside the list
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
  // Browsers place boxes at parts of a pixel.
  const fitting = around.map(({ left, right }) =>
    seen.find((side) => side >= left - 1 && side + panel.width <= right + 1),
  );
  const [below, above] = [anchor.bottom + GAP, anchor.top - GAP - panel.height];
  return {
    left: fitting.find((side) => side !== undefined) ?? firstWithin(sides, sides[0] ?? 0, view.left, room),
    top: firstWithin([below], above, view.top, view.height - panel.height),
  };
}

/** The first place between the edges; where none is, the last one moved there, and to the first edge where there is no room. */
function firstWithin(places: number[], last: number, edge: number, room: number): number {
  const within = (place: number): number => Math.max(edge + GAP, Math.min(place, edge + room - GAP));
  return places.find((place) => within(place) === place) ?? within(last);
}
