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
 */
export function placeBeside(
  anchor: Pick<DOMRect, "left" | "right" | "top" | "bottom">,
  panel: Size,
  view: View,
  direction: string,
): { left: number; top: number } {
  const below = anchor.bottom + GAP;
  const [begins, ends] = [anchor.left, anchor.right - panel.width];
  const stays = (left: number): boolean =>
    left >= view.left + GAP && left + panel.width + GAP <= view.left + view.width;
  const [wanted, other] = direction === "rtl" ? [ends, begins] : [begins, ends];
  const fits = below + panel.height + GAP <= view.top + view.height;
  return {
    left: within(!stays(wanted) && stays(other) ? other : wanted, view.left, view.width - panel.width),
    top: within(fits ? below : anchor.top - GAP - panel.height, view.top, view.height - panel.height),
  };
}

/** Between the edges; at the first one where there is no room for both. */
const within = (wanted: number, edge: number, room: number): number =>
  Math.max(edge + GAP, Math.min(wanted, edge + room - GAP));
