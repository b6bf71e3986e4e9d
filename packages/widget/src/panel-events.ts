import type { LitElement, ReactiveController } from "lit";
import { nodesAround } from "./boxes.js";

/** The element's members that the panel's events use. */
interface Owner extends LitElement {
  display: string;
  open: boolean;
  hide(): void;
}

/** A modal dialog of the page, or of a library of its. */
const MODAL = "dialog, [aria-modal=true], [role=dialog], [role=alertdialog]";

/**
 * Keys and focus of the panel. The page does not hear of them, so that digits are no shortcuts, Enter sends the form, and
 * the focus trap of another library's modal lets visitors type. Keeps the focus while the page moves the element.
 */
export class PanelEvents implements ReactiveController {
  readonly #host: Owner;
  readonly #focused: (element: HTMLElement) => void;
  #gone = new AbortController();
  /** The element of the panel that has the focus. */
  #focus: HTMLElement | undefined;
  /** The same after the page has moved the element, which takes the focus. */
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
    // The window hears an event before any other node. What it stops, the browser still carries out.
    for (const type of ["keydown", "keypress", "keyup"])
      defaultView?.addEventListener(type, (event) => this.#key(event as KeyboardEvent), options);
    // From one part of the element to another, the focus moves unheard outside.
    for (const target of [defaultView, this.#host.renderRoot])
      for (const type of ["focus", "focusin", "focusout"])
        target?.addEventListener(type, (event) => this.#turn(event as FocusEvent), options);
    this.moved();
  }

  /** Gives the focus back after a move. */
  moved(): void {
    this.#unfocused = this.#focus;
    if (this.#focus) this.#host.requestUpdate();
  }

  hostDisconnected(): void {
    this.#gone.abort();
    // Back by then, if it is only moved.
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
    if (closes && event.composedPath().includes(this.#host)) {
      // Otherwise the browser would go on and close the page's own dialog, too.
      event.preventDefault();
      event.stopImmediatePropagation();
      this.#host.hide();
    }
    // Inline, the form is part of what it stands in, a dialog for example.
    else if (this.#isInside(event) && !(inline && /^(?:Tab|Escape)$/.test(event.key)))
      event.stopImmediatePropagation();
  }

  #turn(event: FocusEvent): void {
    if (!this.#isInside(event)) return;
    if (event.type === "focusout") return this.#leave(event.relatedTarget as Element | null);
    if (event.type === "focusin") {
      this.#focus = event.composedPath()[0] as HTMLElement;
      this.#focused(this.#focus);
    }
    if (this.#host.display !== "inline") event.stopImmediatePropagation();
  }

  #leave(next: Element | null): void {
    const { ownerDocument, shadowRoot } = this.#host;
    if (next === this.#host || shadowRoot?.contains(next)) return;
    const modal = next?.closest(MODAL);
    // The modal would take the focus again and again.
    if (modal && !nodesAround(this.#host).includes(modal) && this.#host.display !== "inline")
      this.#host.hide();
    // Not lost for good where the page moves the element, or the visitor looks at another window.
    void Promise.resolve().then(() => {
      if (ownerDocument.hasFocus() && !shadowRoot?.activeElement) this.#focus = undefined;
    });
  }

  #isInside(event: Event): boolean {
    const [target] = event.composedPath() as (Element | Window)[];
    // Events of the window, and of the page's own content in a slot, are not.
    return (
      target !== undefined &&
      "getRootNode" in target &&
      target.getRootNode() === this.#host.shadowRoot &&
      target.closest("[part=panel]") !== null
    );
  }
}
