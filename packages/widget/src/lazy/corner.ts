import type { LitElement, ReactiveController } from "lit";

/**
 * Keeps the floating button in the corner of the window. An ancestor with a transform, filter or containment becomes
 * the containing block of `position: fixed`, so the button would move with it. In that case the button is shown in the
 * browser's top layer, which has no ancestors. Otherwise the button stays in the page, so that its `z-index` decides
 * what may cover it.
 */
export class Corner implements ReactiveController {
  readonly #host: LitElement;
  #gone = new AbortController();
  /** Position of the button when it was last checked. */
  #seen = "";

  constructor(host: LitElement) {
    this.#host = host;
    host.addController(this);
  }

  hostConnected(): void {
    this.#host.requestUpdate();
    const { defaultView } = this.#host.ownerDocument;
    this.#gone = new AbortController();
    const options = { signal: this.#gone.signal, capture: true, passive: true };
    // An ancestor may be transformed later, and would then move the button with it. Therefore the button's position is
    // checked again after these events.
    for (const event of ["scroll", "resize", "transitionend", "animationend"])
      defaultView?.addEventListener(event, this.#place, options);
  }

  hostDisconnected(): void {
    this.#gone.abort();
    this.#seen = "";
    if (this.#corner?.popover) this.#corner.popover = null;
  }

  hostUpdated(): void {
    this.#place();
  }

  get #corner(): HTMLElement | null {
    return this.#host.renderRoot.querySelector<HTMLElement>(".corner");
  }

  readonly #place = (): void => {
    const corner = this.#corner;
    // In browsers that do not support `popover`, the button stays in the page.
    if (!corner || !("popover" in corner)) return;
    if (corner.popover) {
      if (corner.matches(":popover-open")) return;
      // Firefox hides popovers that are moved by `moveBefore`, without an event. The new place may be another one.
      corner.popover = null;
      this.#seen = "";
    }
    const { left, top } = corner.getBoundingClientRect();
    const place = `${left} ${top}`;
    if (place === this.#seen) return;
    this.#seen = place;
    if (!isFramed(corner)) return;
    corner.popover = "manual";
    corner.showPopover();
  };
}

/** Whether an element, and not the window, is the containing block of `position: fixed`. */
function isFramed(corner: HTMLElement): boolean {
  const { documentElement, defaultView } = corner.ownerDocument;
  const probe = corner.ownerDocument.createElement("div");
  probe.style.cssText = "position: fixed; inset: 0; visibility: hidden";
  corner.parentNode?.append(probe);
  const { left, top, width, height } = probe.getBoundingClientRect();
  probe.remove();
  // Mobile browsers hide their toolbars while the visitor scrolls. These two heights may therefore differ, and a fixed
  // box has one of them, or a height between them.
  const heights = [documentElement.clientHeight, defaultView?.innerHeight ?? 0];
  return (
    Math.hypot(left, top, width - documentElement.clientWidth) > 1 ||
    height < Math.min(...heights) - 1 ||
    height > Math.max(...heights) + 1
  );
}
