import type { LitElement, ReactiveController } from "lit";
import { nodesAround } from "./boxes.js";

/** The properties and methods of the element that this module uses. */
interface Owner extends LitElement {
  display: string;
  open: boolean;
  hide(): void;
}

/** Selector of modal dialogs. They may come from the page itself or from a UI library that the page uses. */
const MODAL = "dialog, [aria-modal=true], [role=dialog], [role=alertdialog]";

/**
 * Handles key events and focus events in the panel, and hides them from the page. Otherwise a digit could trigger a
 * shortcut of the page, a listener of the page could cancel the Enter key, and a modal dialog of the page could take
 * the focus back. Also restores the focus after the page has moved the element.
 */
export class PanelEvents implements ReactiveController {
  readonly #host: Owner;
  readonly #focused: (element: HTMLElement) => void;
  #gone = new AbortController();
  /** The element of the panel that has the focus. */
  #focus: HTMLElement | undefined;
  /** The element of the panel that lost the focus when the page moved the host. */
  #unfocused: HTMLElement | undefined;

  /** @param focused called with the element of the panel that gets the focus */
  constructor(host: Owner, focused: (element: HTMLElement) => void) {
    this.#host = host;
    this.#focused = focused;
    host.addController(this);
  }

  hostConnected(): void {
    this.#gone = new AbortController();
    const options = { signal: this.#gone.signal, capture: true };
    const { defaultView } = this.#host.ownerDocument;
    // Capturing listeners of the window run before the listeners of the page's nodes. They stop the event for the page,
    // but not the browser's default action.
    for (const type of ["keydown", "keypress", "keyup"])
      defaultView?.addEventListener(type, (event) => this.#key(event as KeyboardEvent), options);
    // When the focus moves within the shadow root, no event is dispatched outside the root. Therefore the root needs
    // listeners, too.
    for (const target of [defaultView, this.#host.renderRoot])
      for (const type of ["focus", "focusin", "focusout"])
        target?.addEventListener(type, (event) => this.#turn(event as FocusEvent), options);
    this.moved();
  }

  /** Called after the page has moved the element. Restores the focus at the next update. */
  moved(): void {
    this.#unfocused = this.#focus;
    if (this.#focus) this.#host.requestUpdate();
  }

  hostDisconnected(): void {
    this.#gone.abort();
    // If the page only moves the host, the host is connected again when this runs. The focus is then restored.
    void Promise.resolve().then(() => {
      if (!this.#host.isConnected) this.#focus = undefined;
    });
  }

  hostUpdated(): void {
    const { activeElement, body } = this.#host.ownerDocument;
    if (activeElement === body) this.#unfocused?.focus({ preventScroll: true });
    this.#unfocused = undefined;
  }

  #key(event: KeyboardEvent): void {
    const { display, open } = this.#host;
    const inline = display === "inline";
    const closes = event.key === "Escape" && event.type === "keydown" && open && !inline;
    const path = event.composedPath();
    if (closes && (path.includes(this.#host) || this.#targetOf(event) !== path[0])) {
      // Otherwise the browser would also close a dialog of the page that contains the element.
      event.preventDefault();
      event.stopImmediatePropagation();
      this.#host.hide();
    }
    // An inline form is part of its surroundings, such as a dialog of the page, so Tab and Escape must reach them.
    else if (this.#isInside(event) && !(inline && /^(?:Tab|Escape)$/.test(event.key)))
      event.stopImmediatePropagation();
  }

  #turn(event: FocusEvent): void {
    if (!this.#isInside(event)) return;
    if (event.type === "focusout") {
      this.#leave(event.relatedTarget as Element | null);
      return;
    }
    if (event.type === "focusin") {
      this.#focus = this.#targetOf(event) as HTMLElement;
      this.#focused(this.#focus);
    }
    if (this.#host.display !== "inline") event.stopImmediatePropagation();
  }

  #leave(next: Element | null): void {
    const { ownerDocument, shadowRoot } = this.#host;
    if (next === this.#host || shadowRoot?.contains(next)) return;
    const modal = next?.closest(MODAL);
    // If a modal dialog of the page gets the focus, closes the panel, because the dialog would not let the panel keep
    // the focus.
    if (modal && !nodesAround(this.#host).includes(modal) && this.#host.display !== "inline")
      this.#host.hide();
    // Discards the focused element one microtask later, because `moved` may still need it if the page is just moving
    // the host. If only the window has lost the focus, the focused element is kept.
    void Promise.resolve().then(() => {
      if (ownerDocument.hasFocus() && !shadowRoot?.activeElement) this.#focus = undefined;
    });
  }

  #isInside(event: Event): boolean {
    const target = this.#targetOf(event);
    // Excludes events of the window, and events of the page's own content in a slot.
    return (
      target !== undefined &&
      "getRootNode" in target &&
      target.getRootNode() === this.#host.shadowRoot &&
      target.closest("[part=panel]") !== null
    );
  }

  /**
   * Returns where an event of keys or focus happens. Outside a closed shadow root around the element, the event's path
   * begins with the host of that root. The focused element is the target then.
   */
  #targetOf(event: Event): HTMLElement | Window | undefined {
    const path = event.composedPath() as HTMLElement[];
    const hides = !path.includes(this.#host) && nodesAround(this.#host).some((node) => node === path[0]);
    const focused = hides ? (this.#host.shadowRoot?.activeElement as HTMLElement | null) : null;
    return focused ?? path[0];
  }
}
