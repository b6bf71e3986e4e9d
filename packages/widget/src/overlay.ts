import type { LitElement, ReactiveController } from "lit";
import { boxOf, isElement, nodesAround, zoomOf } from "./boxes.js";
import { placeBeside, type View } from "./placement.js";

/** The properties and methods of the element that the overlay uses. */
interface Opener extends LitElement {
  display: string;
  open: boolean;
  hide(): void;
}

/** A window, with constructors that TypeScript's `Window` lacks. Not all browsers have `CloseWatcher`. */
interface OverlayWindow extends Window {
  ResizeObserver: typeof ResizeObserver;
  /** Dispatches `close` when the visitor presses Escape, or the back button or gesture of the device. */
  CloseWatcher?: new (options: { signal: AbortSignal }) => EventTarget;
}

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
    const window = this.#window;
    if (!panel || !button || !window) return;
    const view = viewOf(window);
    const zoom = zoomOf(panel);
    const { direction } = window.getComputedStyle(panel);
    const around = this.#around.filter(isElement);
    const boxes = around.map(boxOf);
    const { left, top } = placeBeside(boxOf(button), boxOf(panel), view, direction, boxes);
    // On a small screen, the panel is a sheet at the lower edge. `beneath` keeps it above the on-screen keyboard.
    const beneath = Math.max(0, window.innerHeight - view.top - view.height);
    const places = { x: left, y: top, width: view.width, height: view.height, beneath };
    for (const [name, pixels] of Object.entries(places))
      panel.style.setProperty(`--_${name}`, `${Math.round(pixels / zoom)}px`);
  };
  #resized: ResizeObserver | undefined;

  /** @param stays returns whether the panel stays open when the visitor clicks elsewhere */
  constructor(host: Opener, stays: () => boolean) {
    this.#host = host;
    this.#stays = stays;
    host.addController(this);
  }

  hostConnected(): void {
    // If the panel was open when the page moved the element, the panel opens again at the next update.
    if (this.#host.open) this.#host.requestUpdate();
  }

  hostDisconnected(): void {
    this.#close();
    // If the page only moves the element, the element is connected again when this runs. Otherwise the panel is closed,
    // so that it is not open if the page inserts the element again later.
    void Promise.resolve().then(() => {
      if (!this.#host.isConnected) this.#host.hide();
    });
  }

  hostUpdated(): void {
    const { open, display, isConnected } = this.#host;
    const wanted = open && display !== "inline" && isConnected ? this.#find("panel") : null;
    if (wanted === this.#shown) {
      // The page may have moved the element with `moveBefore`, which calls no `hostDisconnected`.
      if (wanted && (nodesAround(this.#host)[0] !== this.#around[0] || isHidden(wanted))) this.#show(wanted);
      return;
    }
    this.#close();
    if (wanted) this.#show(wanted);
  }

  #show(panel: HTMLElement): void {
    this.#shown = panel;
    // Browsers without `popover` show the panel at its place in the page.
    if (isHidden(panel)) panel.showPopover();
    this.#watch(panel);
  }

  /** Keeps the panel beside the button, and closes it when the visitor clicks elsewhere or leaves the page. */
  #watch(panel: HTMLElement): void {
    this.#unwatch();
    const window = this.#window;
    if (!window) return;
    this.#closed = new AbortController();
    const { signal } = this.#closed;
    const { document, visualViewport } = window;
    const listen = (event: string, listener: (event: Event) => void, target: EventTarget = document): void =>
      target.addEventListener(event, listener, { signal, capture: true, passive: true });
    this.#resized = new window.ResizeObserver(this.#place);
    this.#resized.observe(panel);
    listen("scroll", this.#place);
    this.#around = nodesAround(this.#host);
    for (const node of this.#around) {
      // The button moves when an ancestor changes its size.
      if (isElement(node)) this.#resized.observe(node);
      // A scroll event inside a shadow root does not reach the document, so each shadow root needs a listener.
      else if (node !== document) listen("scroll", this.#place, node);
    }
    for (const event of ["resize", "scroll"]) listen(event, this.#place, visualViewport ?? window);
    // Browsers may keep a page that the visitor leaves, and later show it again unchanged (back/forward cache).
    listen("pagehide", () => this.#leave(), window);
    /** Whether the visitor has pressed the pointer outside the element. */
    let outside = false;
    listen("pointerdown", () => (outside = true));
    // This listener runs after the document's listener. The document's listener alone could not tell whether the
    // pointer is inside the element, because it does not see the nodes of closed shadow roots.
    listen("pointerdown", () => (outside = false), this.#host);
    listen("pointerup", () => {
      if (outside) this.#leave();
    });
    // Scrolling with a finger also begins with `pointerdown`, but it ends with `pointercancel`. It is not a click.
    listen("pointercancel", () => (outside = false));
    if (window.CloseWatcher) listen("close", () => this.#host.hide(), new window.CloseWatcher({ signal }));
    this.#place();
  }

  #unwatch(): void {
    this.#closed.abort();
    this.#resized?.disconnect();
  }

  /** Closes the panel because the visitor has clicked elsewhere or has left the page. */
  #leave(): void {
    if (!this.#stays()) this.#host.hide();
  }

  #close(): void {
    this.#unwatch();
    if (this.#shown?.isConnected && "popover" in this.#shown) this.#shown.hidePopover();
    this.#shown = null;
  }

  /** The window that contains the element now. The page may have moved the element to another window. */
  get #window(): OverlayWindow | null {
    return this.#host.ownerDocument.defaultView;
  }

  #find(part: string): HTMLElement | null {
    return this.#host.renderRoot.querySelector(`[part=${part}]`);
  }
}

/** Whether the panel is a popover that is not shown. Firefox hides a popover that is moved, and dispatches no event. */
const isHidden = (panel: HTMLElement): boolean => "popover" in panel && !panel.matches(":popover-open");

/** Returns the visible part of the page. If the visitor has zoomed in by pinching, returns the whole window. */
function viewOf({ visualViewport, innerWidth, innerHeight }: Window): View {
  const { scale = 2, offsetLeft: left = 0, offsetTop: top = 0, width = 0, height = 0 } = visualViewport ?? {};
  return scale > 1.01
    ? { left: 0, top: 0, width: innerWidth, height: innerHeight }
    : { left, top, width, height };
}
