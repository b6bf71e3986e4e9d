/** Types of the events that visitors cause with the pointer, the keyboard and the clipboard. */
const OWN = [
  ...["click", "auxclick", "dblclick", "mousedown", "mouseup", "pointerdown", "pointerup"],
  ...["touchstart", "touchend", "keydown", "keypress", "keyup"],
  ...["beforeinput", "input", "copy", "cut", "paste", "drop"],
];

/**
 * Selector of elements that need the browser's default action for a click. Buttons are not included, because their
 * clicks are handled by listeners.
 */
const ACTIVE = "a, label, select, [type=checkbox]";

/**
 * Stops the events that a visitor causes inside the element. Otherwise they would reach what surrounds the element,
 * such as a link, a clickable card, or a row that can be dragged. Listeners on the element itself still receive these
 * events. Events of the page's own content inside the element are not stopped.
 */
export function keepEventsInside(host: HTMLElement): void {
  const keep = (event: Event): void => {
    const path = event.composedPath() as Element[];
    if (path[0]?.getRootNode() !== host.shadowRoot) return;
    const inside = path.slice(0, path.indexOf(host) - 1);
    const { key } = event as Partial<KeyboardEvent>;
    // While the button has the focus, the page still receives keys other than Enter and Space, because they may be
    // shortcuts of the page. Keys in the panel are never passed on.
    if (key && !/^(?:Enter| )$/.test(key) && inside.some((one) => one.matches("[part=button]"))) return;
    event.stopPropagation();
    // A link or label around the element would react to the click, even if the event's propagation is stopped.
    if (event.type.endsWith("click") && !inside.some((one) => one.matches(ACTIVE))) event.preventDefault();
  };
  for (const type of OWN) host.addEventListener(type, keep, { passive: type.startsWith("touch") });
}
