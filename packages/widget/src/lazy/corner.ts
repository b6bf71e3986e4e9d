import type { LitElement, ReactiveController } from "lit";

/**
 * Keeps the floating button in the corner of the window. An ancestor with a transform, filter or containment is the frame
 * of `position: fixed` and would take the button along; the top layer has no ancestors. Where nothing frames it, the button
 * stays in the page, so that its `z-index` decides what may lie above it.
 */
class Corner implements ReactiveController {
  readonly #host: LitElement;
  #gone = new AbortController();
  /** Where the button was seen last. */
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
    // An ancestor may be transformed later on; the button has gone with it by then.
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
    // Browsers without `popover` leave the button in the page.
    if (!corner || !("popover" in corner) || corner.popover) return;
    const { left, top } = corner.getBoundingClientRect();
    const place = `${left} ${top}`;
    if (place === this.#seen) return;
    this.#seen = place;
    if (!isFramed(corner)) return;
    corner.popover = "manual";
    corner.showPopover();
  };
}

/** Keeps the button in the corner, from now on. */
export const keepInCorner = (host: LitElement): void => void new Corner(host);

/** Whether something else than the window is the frame of `position: fixed`. */
function isFramed(corner: HTMLElement): boolean {
  const { documentElement, defaultView } = corner.ownerDocument;
  const probe = corner.ownerDocument.createElement("div");
  probe.style.cssText = "position: fixed; inset: 0; visibility: hidden";
  corner.parentNode?.append(probe);
  const { left, top, width, height } = probe.getBoundingClientRect();
  probe.remove();
  // Browsers of phones hide their bars and count the height with or without them.
  const heights = [documentElement.clientHeight, defaultView?.innerHeight ?? 0];
  return (
    Math.hypot(left, top, width - documentElement.clientWidth) > 1 ||
    height < Math.min(...heights) - 1 ||
    height > Math.max(...heights) + 1
  );
}
