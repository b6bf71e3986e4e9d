/** What a visitor does with pointer, keys and clipboard. */
const OWN = [
  ...["click", "auxclick", "dblclick", "mousedown", "mouseup", "pointerdown", "pointerup"],
  ...["touchstart", "touchend", "keydown", "keypress", "keyup"],
  ...["beforeinput", "input", "copy", "cut", "paste", "drop"],
];

/** Elements that the browser does something for when they are clicked. Buttons have listeners instead. */
const ACTIVE = "a, label, select, [type=checkbox]";

/**
 * Keeps what a visitor does in the element from what that stands in: a link, a card that opens something, a row that can
 * be dragged. Listeners on the element hear it. What is done to the page's own content in the element is the page's.
 */
export function keepEventsInside(host: HTMLElement): void {
  const keep = (event: Event): void => {
    const path = event.composedPath() as Element[];
    if (path[0]?.getRootNode() !== host.shadowRoot) return;
    const inside = path.slice(0, path.indexOf(host) - 1);
    const { key } = event as Partial<KeyboardEvent>;
    // On the button, other keys may be the page's shortcuts. In the panel, none are.
    if (key && !/^(?:Enter| )$/.test(key) && inside.some((one) => one.matches("[part=button]"))) return;
    event.stopPropagation();
    // A link or label around the element would follow the click.
    if (/click$/.test(event.type) && !inside.some((one) => one.matches(ACTIVE))) event.preventDefault();
  };
  for (const type of OWN) host.addEventListener(type, keep, { passive: type.startsWith("touch") });
}
