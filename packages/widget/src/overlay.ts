import type { LitElement, ReactiveController } from "lit";
import { placeBeside, type View } from "./placement.js";

/** The button, as far as the overlay knows it. */
interface Opener extends LitElement {
  display: string;
  open: boolean;
  hide(): void;
}

/** Hears of the wish to close in whatever way the device has: Escape, or the back button. Not in every browser. */
declare const CloseWatcher: (new (options: { signal: AbortSignal }) => EventTarget) | undefined;

/**
 * Puts the open panel above the page, in the browser's top layer, keeps it in sight, and closes it when the visitor turns
 * away.
 */
export class Overlay implements ReactiveController {
  readonly #host: Opener;
  readonly #stays: () => boolean;
  #shown: HTMLElement | null = null;
  #closed = new AbortController();
  /** What the button stands in while the panel is open. */
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
    // A sheet stands on the keyboard, if there is one.
    const beneath = Math.max(0, innerHeight - view.top - view.height);
    for (const [name, pixels] of Object.entries({ x: left, y: top, view: view.height, beneath }))
      panel.style.setProperty(`--_${name}`, `${Math.round(pixels)}px`);
  };
  readonly #resized = new ResizeObserver(this.#place);

  /** @param stays whether the panel is to stay when the page is touched elsewhere */
  constructor(host: Opener, stays: () => boolean) {
    this.#host = host;
    this.#stays = stays;
    host.addController(this);
  }

  hostConnected(): void {
    // What was open when it was taken from the page is to be shown again.
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
    // Older browsers have no top layer, and show it where it stands.
    if ("popover" in panel) panel.showPopover();
    this.#resized.observe(panel);
    listen("scroll", this.#place);
    this.#around = nodesAround(this.#host);
    for (const node of this.#around) {
      // Scroll events stay inside their shadow root.
      if (node instanceof ShadowRoot) listen("scroll", this.#place, node);
      // Sees a list grow, which moves the button.
      else if (node instanceof Element) this.#resized.observe(node);
    }
    for (const event of ["resize", "scroll"]) listen(event, this.#place, visualViewport ?? window);
    /** The pointer that is down went down outside of us. */
    let outside = false;
    listen("pointerdown", () => (outside = true));
    // After the page: what is in a closed root is not told to those outside of it.
    listen("pointerdown", () => (outside = false), this.#host);
    listen("pointerup", () => {
      if (outside && !this.#stays()) this.#host.hide();
    });
    // A finger that scrolls the page goes down, and is cancelled.
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

/** What a node is in as it is laid out, from the inside out: through slots and shadow roots. */
function nodesAround(node: Node): Node[] {
  const { assignedSlot, parentNode, host } = node as Partial<Element & ShadowRoot>;
  const next = assignedSlot ?? parentNode ?? host;
  return next ? [next, ...nodesAround(next)] : [];
}

/** Somebody who has zoomed in looks at a part of what there is. */
function viewOf(): View {
  const { scale = 2, offsetLeft: left = 0, offsetTop: top = 0, width = 0, height = 0 } = visualViewport ?? {};
  return scale > 1.01
    ? { left: 0, top: 0, width: innerWidth, height: innerHeight }
    : { left, top, width, height };
}
