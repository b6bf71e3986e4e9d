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
 * Puts the open panel above the page, in the browser's top layer where it has one, keeps it in sight, and closes it when
 * the visitor turns away.
 */
export class Overlay implements ReactiveController {
  readonly #host: Opener;
  readonly #stays: () => boolean;
  #shown: HTMLElement | undefined;
  #closed = new AbortController();
  /** The pointer that is down went down outside of us. */
  #outside = false;

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
    const wanted = open && display !== "inline" && isConnected ? this.#find("panel") : undefined;
    if (wanted !== this.#shown) {
      this.#close();
      if (wanted !== undefined) this.#open(wanted);
    }
  }

  #open(panel: HTMLElement): void {
    this.#shown = panel;
    this.#closed = new AbortController();
    const { signal } = this.#closed;
    if (typeof panel.showPopover === "function") panel.showPopover();
    const place = (): void => this.#place(panel);
    const resized = new ResizeObserver(place);
    resized.observe(panel);
    signal.addEventListener("abort", () => resized.disconnect());
    window.addEventListener("resize", place, { signal });
    document.addEventListener("scroll", place, { signal, capture: true, passive: true });
    for (const event of ["resize", "scroll"]) visualViewport?.addEventListener(event, place, { signal });
    document.addEventListener("pointerdown", () => (this.#outside = true), { signal, capture: true });
    this.#host.addEventListener("pointerdown", () => (this.#outside = false), { signal });
    document.addEventListener("pointerup", () => this.#lifted(), { signal });
    // A finger that scrolls the page goes down, and is cancelled.
    document.addEventListener("pointercancel", () => (this.#outside = false), { signal });
    if (typeof CloseWatcher === "function")
      new CloseWatcher({ signal }).addEventListener("close", () => this.#host.hide());
    place();
  }

  #close(): void {
    this.#closed.abort();
    const panel = this.#shown;
    this.#shown = undefined;
    if (panel?.isConnected === true && typeof panel.hidePopover === "function") panel.hidePopover();
  }

  #lifted(): void {
    if (this.#outside && !this.#stays()) this.#host.hide();
    this.#outside = false;
  }

  #place(panel: HTMLElement): void {
    const button = this.#find("button");
    if (button === undefined) return;
    const view = viewOf();
    const size = { width: panel.offsetWidth, height: panel.offsetHeight };
    const { direction } = getComputedStyle(panel);
    const { left, top } = placeBeside(button.getBoundingClientRect(), size, view, direction);
    // A sheet stands on the keyboard, if there is one.
    const beneath = Math.max(0, innerHeight - view.top - view.height);
    for (const [name, pixels] of Object.entries({ x: left, y: top, view: view.height, beneath }))
      panel.style.setProperty(`--_${name}`, `${String(Math.round(pixels))}px`);
  }

  #find(part: string): HTMLElement | undefined {
    return this.#host.renderRoot.querySelector<HTMLElement>(`[part~=${part}]`) ?? undefined;
  }
}

/** Somebody who has zoomed in looks at a part of what there is. */
function viewOf(): View {
  if (visualViewport === null || visualViewport.scale > 1.01)
    return { left: 0, top: 0, width: innerWidth, height: innerHeight };
  const { offsetLeft: left, offsetTop: top, width, height } = visualViewport;
  return { left, top, width, height };
}
