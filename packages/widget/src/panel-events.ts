import type { LitElement, ReactiveController } from "lit";
import { nodesAround } from "./boxes.js";

/** The element's members that the panel's events use. */
interface Owner extends LitElement {
  display: string;
  open: boolean;
  hide(): void;
}

/** Selector of modal dialogs, made by the page itself or by a UI library that the page uses. */
const MODAL = "dialog, [aria-modal=true], [role=dialog], [role=alertdialog]";

/**
 * Handles keys and focus of the panel. Hides these events from the page: digits must not trigger the page's shortcuts,
 * Enter must send the form, and the focus trap of a modal from another library must let visitors type. Also keeps the
 * focus when the page moves the element.
 */
export class PanelEvents implements ReactiveController {
  readonly #host: Owner;
  readonly #focused: (element: HTMLElement) => void;
  #gone = new AbortController();
  /** The element of the panel that has the focus. */
  #focus: HTMLElement | undefined;
  /** The element of the panel that had the focus when the page moved the host. The move takes the focus away. */
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
    // The window's capturing listeners run before the listeners of any other node. Stopping an event there does not
    // prevent the browser's default action.
    for (const type of ["keydown", "keypress", "keyup"])
      defaultView?.addEventListener(type, (event) => this.#key(event as KeyboardEvent), options);
    // When the focus moves within the shadow root, no event is dispatched outside it, so the root needs listeners, too.
    for (const target of [defaultView, this.#host.renderRoot])
      for (const type of ["focus", "focusin", "focusout"])
        target?.addEventListener(type, (event) => this.#turn(event as FocusEvent), options);
    this.moved();
  }

  /** Gives the focus back after the page has moved the element. */
  moved(): void {
    this.#unfocused = this.#focus;
    if (this.#focus) this.#host.requestUpdate();
  }

  hostDisconnected(): void {
    this.#gone.abort();
    // If the page only moves the element, it is connected again when this runs.
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
    // Closes the panel if another modal gets the focus: that modal would take the focus from the panel again and again.
    if (modal && !nodesAround(this.#host).includes(modal) && this.#host.display !== "inline")
      this.#host.hide();
    // Forgets the focused element one microtask later: if the page moves the element, `moved` has saved it by then.
    // While the visitor looks at another window, the element is kept.
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
