import type { LitElement, ReactiveController } from "lit";
import { placeBeside, type View } from "./placement.js";

/** The element's members that the overlay uses. */
interface Opener extends LitElement {
  display: string;
  open: boolean;
  hide(): void;
}

/** Fires when the visitor closes by the device's own means: Escape, or the back gesture. Not in every browser. */
declare const CloseWatcher: (new (options: { signal: AbortSignal }) => EventTarget) | undefined;

/**
 * Shows the open panel in the browser's top layer, keeps it in view, and closes it when the visitor clicks elsewhere.
 */
export class Overlay implements ReactiveController {
  readonly #host: Opener;
  readonly #stays: () => boolean;
  #shown: HTMLElement | null = null;
  #closed = new AbortController();
  /** The button's ancestors, while the panel is open. */
  #around: Node[] = [];
  readonly #place = (): void => {
    const [panel, button] = [this.#shown, this.#find("button")];
    if (!panel || !button) return;
    const view = viewOf();
    const size = { width: panel.offsetWidth, height: panel.offsetHeight };
    const { direction } = getComputedStyle(panel);
    const around = this.#around.filter((node) => node instanceof Element);
    const boxes = around.map((element) => element.getBoundingClientRect());
    const { left, top } = placeBeside(button.getBoundingClientRect(), size, view, direction, boxes);
    // A sheet stands above the on-screen keyboard.
    const beneath = Math.max(0, innerHeight - view.top - view.height);
    for (const [name, pixels] of Object.entries({ x: left, y: top, view: view.height, beneath }))
      panel.style.setProperty(`--_${name}`, `${Math.round(pixels)}px`);
  };
  readonly #resized = new ResizeObserver(this.#place);

  /** @param stays tells whether the panel stays open at a click elsewhere */
  constructor(host: Opener, stays: () => boolean) {
    this.#host = host;
    this.#stays = stays;
    host.addController(this);
  }

  hostConnected(): void {
    // A panel open when the element was removed opens again when it is put back.
    if (this.#host.open) this.#host.requestUpdate();
  }

  hostDisconnected(): void {
    this.#close();
  }

  hostUpdated(): void {
    const { open, display, isConnected } = this.#host;
    const wanted = open && display !== "inline" && isConnected ? this.#find("panel") : null;
    if (wanted === this.#shown) return;
    this.#close();
    if (wanted) this.#open(wanted);
  }

  #open(panel: HTMLElement): void {
    this.#shown = panel;
    this.#closed = new AbortController();
    const { signal } = this.#closed;
    const listen = (event: string, listener: (event: Event) => void, target: EventTarget = document): void =>
      target.addEventListener(event, listener, { signal, capture: true, passive: true });
    // Browsers without `popover` show the panel in place.
    if ("popover" in panel) panel.showPopover();
    this.#resized.observe(panel);
    listen("scroll", this.#place);
    this.#around = nodesAround(this.#host);
    for (const node of this.#around) {
      // Scroll events do not leave their shadow root.
      if (node instanceof ShadowRoot) listen("scroll", this.#place, node);
      // An ancestor that grows moves the button.
      else if (node instanceof Element) this.#resized.observe(node);
    }
    for (const event of ["resize", "scroll"]) listen(event, this.#place, visualViewport ?? window);
    /** Whether the pointer went down outside the element. */
    let outside = false;
    listen("pointerdown", () => (outside = true));
    // Runs after the document's listener: an event's path hides what is inside closed shadow roots.
    listen("pointerdown", () => (outside = false), this.#host);
    listen("pointerup", () => {
      if (outside && !this.#stays()) this.#host.hide();
    });
    // Scrolling with a finger cancels the pointer: no click.
    listen("pointercancel", () => (outside = false));
    if (typeof CloseWatcher === "function")
      listen("close", () => this.#host.hide(), new CloseWatcher({ signal }));
    this.#place();
  }

  #close(): void {
    this.#closed.abort();
    this.#resized.disconnect();
    if (this.#shown?.isConnected && "popover" in this.#shown) this.#shown.hidePopover();
    this.#shown = null;
  }

  #find(part: string): HTMLElement | null {
    return this.#host.renderRoot.querySelector(`[part=${part}]`);
  }
}

/** A node's ancestors in the flat tree, from the inside out, through slots and shadow roots. */
function nodesAround(node: Node): Node[] {
  const { assignedSlot, parentNode, host } = node as Partial<Element & ShadowRoot>;
  const next = assignedSlot ?? parentNode ?? host;
  return next ? [next, ...nodesAround(next)] : [];
}

/** The visible part of the page; all of the window for a visitor who has zoomed in by pinching. */
function viewOf(): View {
  const { scale = 2, offsetLeft: left = 0, offsetTop: top = 0, width = 0, height = 0 } = visualViewport ?? {};
  return scale > 1.01
    ? { left: 0, top: 0, width: innerWidth, height: innerHeight }
    : { left, top, width, height };
}
