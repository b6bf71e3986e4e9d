import type { LitElement, ReactiveController } from "lit";
import { boxOf, isElement, nodesAround, zoomOf } from "./boxes.js";
import { placeBeside, type View } from "./placement.js";

/** The element's members that the overlay uses. */
interface Opener extends LitElement {
  display: string;
  open: boolean;
  hide(): void;
}

/** A window, with what not every browser has. */
interface OverlayWindow extends Window {
  ResizeObserver: typeof ResizeObserver;
  /** Fires when the visitor closes by the device's own means: Escape, or the back gesture. */
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
    // A sheet stands above the on-screen keyboard.
    const beneath = Math.max(0, window.innerHeight - view.top - view.height);
    const places = { x: left, y: top, width: view.width, height: view.height, beneath };
    for (const [name, pixels] of Object.entries(places))
      panel.style.setProperty(`--_${name}`, `${Math.round(pixels / zoom)}px`);
  };
  #resized: ResizeObserver | undefined;

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
    // Back by then, if the page only moves it. What the page puts aside does not open by itself when it is put back.
    void Promise.resolve().then(() => {
      if (!this.#host.isConnected) this.#host.hide();
    });
  }

  hostUpdated(): void {
    const { open, display, isConnected } = this.#host;
    const wanted = open && display !== "inline" && isConnected ? this.#find("panel") : null;
    if (wanted === this.#shown) {
      // Moved by `moveBefore`.
      if (wanted && (nodesAround(this.#host)[0] !== this.#around[0] || isHidden(wanted))) this.#show(wanted);
      return;
    }
    this.#close();
    if (wanted) this.#show(wanted);
  }

  #show(panel: HTMLElement): void {
    this.#shown = panel;
    // Browsers without `popover` show the panel in place.
    if (isHidden(panel)) panel.showPopover();
    this.#watch(panel);
  }

  /** Keeps the panel beside the button, and closes it when the visitor turns to something else. */
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
      // An ancestor that grows moves the button.
      if (isElement(node)) this.#resized.observe(node);
      // Scroll events do not leave their shadow root.
      else if (node !== document) listen("scroll", this.#place, node);
    }
    for (const event of ["resize", "scroll"]) listen(event, this.#place, visualViewport ?? window);
    // Browsers keep pages that are left, and show them again as they were.
    listen("pagehide", () => this.#leave(), window);
    /** Whether the pointer went down outside the element. */
    let outside = false;
    listen("pointerdown", () => (outside = true));
    // Runs after the document's listener: an event's path hides what is inside closed shadow roots.
    listen("pointerdown", () => (outside = false), this.#host);
    listen("pointerup", () => {
      if (outside) this.#leave();
    });
    // Scrolling with a finger cancels the pointer: no click.
    listen("pointercancel", () => (outside = false));
    if (window.CloseWatcher) listen("close", () => this.#host.hide(), new window.CloseWatcher({ signal }));
    this.#place();
  }

  #unwatch(): void {
    this.#closed.abort();
    this.#resized?.disconnect();
  }

  /** The visitor has turned to something else. */
  #leave(): void {
    if (!this.#stays()) this.#host.hide();
  }

  #close(): void {
    this.#unwatch();
    if (this.#shown?.isConnected && "popover" in this.#shown) this.#shown.hidePopover();
    this.#shown = null;
  }

  /** The window the element is in: the page may have moved it to another. */
  get #window(): OverlayWindow | null {
    return this.#host.ownerDocument.defaultView;
  }

  #find(part: string): HTMLElement | null {
    return this.#host.renderRoot.querySelector(`[part=${part}]`);
  }
}

/** Whether the panel is a popover that is not shown. Firefox hides popovers that are moved, without an event. */
const isHidden = (panel: HTMLElement): boolean => "popover" in panel && !panel.matches(":popover-open");

/** The visible part of the page; all of the window for a visitor who has zoomed in by pinching. */
function viewOf({ visualViewport, innerWidth, innerHeight }: Window): View {
  const { scale = 2, offsetLeft: left = 0, offsetTop: top = 0, width = 0, height = 0 } = visualViewport ?? {};
  return scale > 1.01
    ? { left: 0, top: 0, width: innerWidth, height: innerHeight }
    : { left, top, width, height };
}
