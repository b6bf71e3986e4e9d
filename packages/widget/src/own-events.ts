/** Types of the events that visitors cause by pointer, keyboard and clipboard. */
const OWN = [
  ...["click", "auxclick", "dblclick", "mousedown", "mouseup", "pointerdown", "pointerup"],
  ...["touchstart", "touchend", "keydown", "keypress", "keyup"],
  ...["beforeinput", "input", "copy", "cut", "paste", "drop"],
];

/**
 * Elements for which the browser performs a default action when they are clicked. Buttons are not included, because
 * they have listeners instead.
 */
const ACTIVE = "a, label, select, [type=checkbox]";

/**
 * Stops the events that a visitor causes inside the element, so that they do not trigger what surrounds it: a link, a
 * card that opens something, or a row that can be dragged. Listeners on the element itself still receive these events.
 * Events of the page's own content inside the element are not stopped.
 */
export function keepEventsInside(host: HTMLElement): void {
  const keep = (event: Event): void => {
    const path = event.composedPath() as Element[];
    if (path[0]?.getRootNode() !== host.shadowRoot) return;
    const inside = path.slice(0, path.indexOf(host) - 1);
    const { key } = event as Partial<KeyboardEvent>;
    // While the button has the focus, keys other than Enter and Space may be shortcuts of the page. In the panel, no
    // key is.
    if (key && !/^(?:Enter| )$/.test(key) && inside.some((one) => one.matches("[part=button]"))) return;
    event.stopPropagation();
    // Otherwise a link or label around the element would react to the click.
    if (event.type.endsWith("click") && !inside.some((one) => one.matches(ACTIVE))) event.preventDefault();
  };
  for (const type of OWN) host.addEventListener(type, keep, { passive: type.startsWith("touch") });
}
